//! The words of closed lists: status, role, denominator, use, source.

use crate::lang::Term;
use crate::model::{
    ChannelRole, Decision, DenominatorId, Detection, GateOrigin, IntervalMethod, ParameterSource, Role, Status,
    ThresholdSource, Use,
};

/// The status.
pub(crate) const fn status(status: Status) -> Term {
    match status {
        Status::Meets => Term::new("meets", "符合"),
        Status::DoesNotMeet => Term::new("does not meet", "不符合"),
        Status::Inconclusive => Term::new("inconclusive", "无法判定"),
        Status::Informative => Term::new("informative", "仅供参考"),
        Status::NotReportable => Term::new("not reportable", "不可报告"),
    }
}

/// The denominator; `is_of_events` for cytometry.
pub(crate) const fn denominator(id: DenominatorId, is_of_events: bool) -> Term {
    match id {
        DenominatorId::Classified if is_of_events => Term::new("classified events", "已归类事件"),
        DenominatorId::AllEvents => Term::new("all events", "全部事件"),
        DenominatorId::ViableSinglets => Term::new("viable singlets", "活单细胞"),
        DenominatorId::Classified => Term::new("classified cells", "已归类细胞"),
    }
}

/// The role.
pub(crate) const fn role(role: Role) -> Term {
    match role {
        Role::Target => Term::new("target", "目的细胞"),
        Role::Component => Term::new("component", "组分"),
        Role::Contaminant => Term::new("contaminant", "细胞杂质"),
        Role::Informative => Term::new("informative", "仅供参考"),
        Role::Excluded => Term::new("excluded", "不计入"),
    }
}

/// The use.
pub(crate) const fn purpose(purpose: Use) -> Term {
    match purpose {
        Use::Characterisation => Term::new("characterisation", "表征"),
        Use::Release => Term::new("release", "放行检验"),
        Use::InProcess => Term::new("in-process control", "过程控制"),
    }
}

/// The origin of a parameter.
pub(crate) const fn source(source: ParameterSource) -> Term {
    match source {
        ParameterSource::BuiltIn => Term::new("built-in", "内置"),
        ParameterSource::Profile => Term::new("profile", "产品配置"),
        ParameterSource::Spec => Term::new("specification", "质量标准"),
        ParameterSource::File => Term::new("file", "文件"),
        ParameterSource::CommandLine => Term::new("command line", "命令行"),
    }
}

/// What a threshold rests on.
pub(crate) const fn threshold_source(source: ThresholdSource) -> Term {
    match source {
        ThresholdSource::Fmo => Term::new("FMO control", "荧光减一对照"),
        ThresholdSource::Isotype => Term::new("isotype control", "同型对照"),
        ThresholdSource::Unstained => Term::new("unstained control", "未染色对照"),
        ThresholdSource::Mixture => Term::new("mixture of the lot", "本批两群分布"),
        ThresholdSource::Background => Term::new("background of the lot", "本批背景"),
        ThresholdSource::User => Term::new("set by the user", "用户设定"),
    }
}

/// Where a gate came from.
pub(crate) const fn gate_origin(origin: GateOrigin) -> Term {
    match origin {
        GateOrigin::Automatic => Term::new("automatic", "自动"),
        GateOrigin::User => Term::new("user", "用户"),
        GateOrigin::File => Term::new("Gating-ML file", "Gating-ML 文件"),
    }
}

/// What a channel measures.
pub(crate) const fn channel_role(role: ChannelRole) -> Term {
    match role {
        ChannelRole::Scatter => Term::new("scatter", "散射光"),
        ChannelRole::Fluorescence => Term::new("fluorescence", "荧光"),
        ChannelRole::Mass => Term::new("mass", "质量"),
        ChannelRole::Time => Term::new("time", "时间"),
        ChannelRole::Other => Term::new("other", "其他"),
    }
}

/// A method of intervals, before "95 % interval".
pub(crate) const fn interval(method: IntervalMethod) -> Term {
    match method {
        IntervalMethod::ClopperPearson => Term::new("exact", "精确法"),
        IntervalMethod::Wilson => Term::new("Wilson's", "Wilson 法"),
        IntervalMethod::Jeffreys => Term::new("Jeffreys'", "Jeffreys 法"),
    }
}

/// The method of intervals with its name, to begin a sentence.
pub(crate) const fn intervals(method: IntervalMethod) -> Term {
    match method {
        IntervalMethod::ClopperPearson => Term::new("Exact (Clopper–Pearson)", "精确法（Clopper–Pearson）"),
        IntervalMethod::Wilson => Term::new("Wilson's score", "Wilson 得分法"),
        IntervalMethod::Jeffreys => Term::new("Jeffreys'", "Jeffreys 法"),
    }
}

/// A result against the limits of blank and quantification.
pub(crate) const fn detection(result: Detection) -> Term {
    match result {
        Detection::NotDetected => Term::new("not detected", "未检出"),
        Detection::DetectedBelowLoq => Term::new("detected, below LOQ", "检出，低于定量限"),
        Detection::Quantified => Term::new("quantified", "可定量"),
        Detection::AboveRange => Term::new("above the range studied", "高于研究范围"),
    }
}

/// What decides on an item.
pub(crate) const fn decision(decision: Decision) -> Term {
    match decision {
        Decision::Point => Term::new("point estimate", "点估计值"),
        Decision::Bound95 => Term::new("one-sided 95\u{a0}% bound", "单侧 95% 置信限"),
    }
}

/// What a lot was measured by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Of {
    /// `cell`
    pub(crate) one: Term,
    /// `cells`
    pub(crate) many: Term,
    /// `Cells`
    pub(crate) title: Term,
    /// `an event`
    pub(crate) an: Term,
}

/// Events, or cells.
pub(crate) const fn of(is_of_events: bool) -> Of {
    if is_of_events {
        Of {
            one: Term::new("event", "事件"),
            many: Term::new("events", "事件"),
            title: Term::new("Events", "事件数"),
            an: Term::new("an event", "事件"),
        }
    } else {
        Of {
            one: Term::new("cell", "细胞"),
            many: Term::new("cells", "细胞"),
            title: Term::new("Cells", "细胞数"),
            an: Term::new("a cell", "细胞"),
        }
    }
}

pub(crate) const NOT_STATED: Term = Term::new("not stated", "未注明");
pub(crate) const NONE_FOUND: Term = Term::new("none found", "未检出");
pub(crate) const NO_CLAIM: Term = Term::new("no claim", "不作声明");
pub(crate) const NOT_SEPARABLE: Term = Term::new("not separable", "无法区分");
pub(crate) const NOT_ESTIMABLE: Term = Term::new("not estimable", "无法估计");
pub(crate) const NOT_ESTABLISHED: Term = Term::new("not established", "未建立");
pub(crate) const NOT_REPORTABLE: Term = Term::new("not reportable", "不可报告");
pub(crate) const NOT_APPLIED: Term = Term::new("not applied", "未应用");
pub(crate) const NOT_IN_FILE: Term = Term::new("not in the file", "文件中无此标志物");
pub(crate) const NONE: Term = Term::new("none", "无");
pub(crate) const YES: Term = Term::new("yes", "是");
pub(crate) const NO: Term = Term::new("no", "否");
