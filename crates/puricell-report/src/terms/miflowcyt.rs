//! The items of MIFlowCyt 1.0 (Lee et al., Cytometry A 73:926, 10.1002/cyto.a.20623) by their numbers in the standard.

use crate::lang::Term;

pub(crate) const PURPOSE: Term = Term::new("1.1 Purpose", "1.1 实验目的");
pub(crate) const KEYWORDS: Term = Term::new("1.2 Keywords", "1.2 关键词");
pub(crate) const VARIABLES: Term = Term::new("1.3 Experiment variables", "1.3 实验变量");
pub(crate) const ORGANISATION: Term = Term::new("1.4 Organisation", "1.4 单位");
pub(crate) const CONTACT: Term = Term::new("1.5 Primary contact", "1.5 联系人");
pub(crate) const DATE: Term = Term::new("1.6 Date of the experiment", "1.6 实验日期");
pub(crate) const CONCLUSIONS: Term = Term::new("1.7 Conclusions", "1.7 结论");
pub(crate) const QUALITY: Term = Term::new("1.8 Quality control measures", "1.8 质量控制措施");
pub(crate) const SAMPLE: Term = Term::new("2.1 Sample material and source", "2.1 样品及来源");
pub(crate) const TREATMENT: Term = Term::new("2.2 Treatment of the sample", "2.2 样品处理");
pub(crate) const REAGENTS: Term = Term::new("2.3 Analytes and reporters", "2.3 分析物与荧光标记");
pub(crate) const CLONES: Term =
    Term::new("2.4 Clone, maker, catalogue and lot number of the reagents", "2.4 抗体克隆号、厂家、货号与批号");
pub(crate) const CONTROLS: Term = Term::new("2.5 Controls", "2.5 对照");
pub(crate) const INSTRUMENT: Term = Term::new("3.1 Instrument, maker and model", "3.1 仪器厂家与型号");
pub(crate) const CONFIGURATION: Term = Term::new(
    "3.2 Configuration: lasers, filters, detectors and their voltages",
    "3.2 仪器配置：激光、滤光片、检测器及电压",
);
pub(crate) const FILES: Term = Term::new("4.1 List-mode data files", "4.1 原始数据文件");
pub(crate) const COMPENSATION: Term = Term::new("4.2 Compensation", "4.2 补偿");
pub(crate) const TRANSFORMATION: Term = Term::new("4.3 Transformation", "4.3 数据转换");
pub(crate) const GATING: Term = Term::new("4.4 Gating", "4.4 设门");

pub(crate) const ITEM: Term = Term::new("Item of the standard", "标准条目");
pub(crate) const STATED: Term = Term::new("Stated", "内容");
pub(crate) const GAP: Term = Term::new("GAP: not in the file or the metadata", "缺失：文件及元数据未注明");
pub(crate) const NOTE: Term = Term::new(
    "Minimum information about a flow cytometry experiment, MIFlowCyt 1.0 (10.1002/cyto.a.20623): {0} of {1} items are not \
     stated. This list supports the standard; it is no claim of conformity.",
    "流式细胞术实验最低信息标准 MIFlowCyt 1.0（10.1002/cyto.a.20623）：{1} 个条目中有 {0} 个未注明。本表支持该标准，不构成对\
     该标准符合性的声明。",
);
pub(crate) const PURPOSE_IS: Term = Term::new("Composition and purity of a lot, for {0}", "批次的组成与纯度，用于{0}");
pub(crate) const QUALITY_IS: Term =
    Term::new("{0} events kept; see the accounting by reason", "保留事件 {0}；见去向核算");
pub(crate) const CONTROLS_ARE: Term = Term::new("thresholds rest on: {0}", "阈值依据：{0}");
pub(crate) const TRANSFORMATION_IS: Term =
    Term::new("{0} of {1} channels; see the channels", "{1} 个通道中的 {0} 个；见通道");
pub(crate) const GATING_IS: Term = Term::new(
    "{0} gates; see the gates, and gates.xml beside this document",
    "{0} 个门；见设门，及本文件旁的 gates.xml",
);
