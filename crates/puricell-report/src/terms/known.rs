//! Sentences that come with the model in English, with their Chinese: what the stages say in fixed words.

use super::figures::FIGURES;
use crate::lang::Term;
use crate::text::{Sayable, Text};

/// With its Chinese where it is one of the fixed sentences, else as the English message that it is.
pub(crate) fn known(english: &str) -> Text {
    among(KNOWN, english, &|_| None).unwrap_or_else(|| Text::English(english.to_owned()))
}

/// A text of a figure, where its Chinese is known; `name` knows the names of classes.
pub(crate) fn of_figure(english: &str, name: &dyn Fn(&str) -> Option<Text>) -> Option<Text> {
    name(english).or_else(|| among(FIGURES, english, name)).or_else(|| among(KNOWN, english, name))
}

fn among(terms: &[Term], english: &str, name: &dyn Fn(&str) -> Option<Text>) -> Option<Text> {
    let (term, values) = terms.iter().find_map(|term| Some((term, values_of(term.en, english)?)))?;
    let values: Vec<Text> = values
        .into_iter()
        .map(|value| {
            let words = name(value).or_else(|| among(KNOWN, value, name)).or_else(|| among(FIGURES, value, name));
            let is_number = !value.chars().any(char::is_alphabetic);
            words.unwrap_or_else(|| {
                if is_number { Text::Number(value.to_owned()) } else { Text::English(value.to_owned()) }
            })
        })
        .collect();
    let places: Vec<&dyn Sayable> = values.iter().map(|v| v as &dyn Sayable).collect();
    Some(Text::words(english, term.with(&places).zh()))
}

/// The values that make a pattern with `{0}`, `{1}`, ... (in this order) into the text; `None` where it is another text.
fn values_of<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = pattern.split('{');
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    for part in parts {
        let (_, literal) = part.split_once('}')?;
        let end = if literal.is_empty() { rest.len() } else { rest.find(literal)? };
        values.push(&rest[..end]);
        rest = &rest[end + literal.len()..];
    }
    let is_whole = rest.is_empty() && values.iter().all(|v| !v.is_empty());
    is_whole.then_some(values)
}

/// The fixed sentences.
const KNOWN: &[Term] = &[
    // Denominators.
    Term::new("Every loaded barcode.", "文件中载入的全部条码。"),
    Term::new("Every event of the file.", "文件中的全部事件。"),
    Term::new(
        "The cells kept: viable by the RNA surrogate and single; suspect and unassigned cells included.",
        "保留的细胞：按 RNA 替代指标判为存活且为单细胞；包括疑似和未归类细胞。",
    ),
    Term::new(
        "The events within all gates: viable and single as far as these were assessed; suspect and unassigned events included.",
        "所有门内的事件：在已评估范围内为存活且单个；包括疑似和未归类事件。",
    ),
    Term::new(
        "The cells kept that got a class: without suspect and unassigned cells.",
        "已归类的保留细胞：不含疑似和未归类细胞。",
    ),
    Term::new(
        "The events kept that got a class: without suspect and unassigned events.",
        "已归类的保留事件：不含疑似和未归类事件。",
    ),
    // Marker criteria.
    Term::new("No channel of the file measures it, which is not zero.", "文件中没有测量该标志物的通道，这不等于零。"),
    Term::new("Negative and positive events cannot be told apart.", "阴性与阳性事件无法区分。"),
    Term::new(
        "For information: licensed or dense stromal cells carry HLA-DR with their function intact.",
        "仅供参考：经炎症因子激活或高密度培养的基质细胞可表达 HLA-DR，而功能不受影响。",
    ),
    Term::new("For information: {0} decides this criterion.", "仅供参考：该项标准由 {0} 判定。"),
    Term::new(
        "CD105 alone is low, with CD73 and CD90 in place and no negative marker above its limit: lowered by culture \
         rather than an impurity.",
        "仅 CD105 偏低，CD73 与 CD90 符合，且无阴性标志物超过限度：属培养所致下调，而非杂质。",
    ),
    // Quality.
    Term::new("Median molecules (UMI) per kept cell", "每个保留细胞的分子数（UMI）中位数"),
    Term::new("Median genes per kept cell", "每个保留细胞的基因数中位数"),
    Term::new("Median mitochondrial share", "线粒体比例中位数"),
    Term::new("Contaminant candidates spared by the lot's cuts", "免受本批界值剔除的杂质候选细胞数"),
    Term::new("Ambient RNA in target cells, at most", "目的细胞中环境 RNA 的上限"),
    Term::new("Viable among singlets", "单细胞中的活细胞率"),
    Term::new("Single among cells", "细胞中的单细胞比例"),
    Term::new("Condition number of the compensation", "补偿矩阵的条件数"),
    Term::new("no mitochondrial gene among the features", "特征中无线粒体基因"),
    Term::new("not assessed: no gate of a viability dye was applied", "未评估：未应用活性染料门"),
    Term::new("Molecules (UMI) per cell", "每个细胞的分子数（UMI）"),
    Term::new("Genes per cell", "每个细胞的基因数"),
    Term::new("Mitochondrial share", "线粒体比例"),
    Term::new(
        "Upper limit of the mitochondrial share (above the floor, no cell exempt)",
        "线粒体比例上限（高于底线，无细胞豁免）",
    ),
    Term::new("Fewest genes per cell (no cell exempt)", "每个细胞的最少基因数（无细胞豁免）"),
    Term::new("floor of any cell, from the profile; no cell is exempt", "任何细胞的底线，来自产品配置；无细胞豁免"),
    Term::new("cap from the profile; no cell is exempt", "上限来自产品配置；无细胞豁免"),
    // Reasons.
    Term::new("hardly any molecule: empty droplet or debris", "几乎无分子：空液滴或碎片"),
    Term::new("fewer molecules than the floor or this lot's bound", "分子数低于底线或本批界值"),
    Term::new("fewer genes than the floor or this lot's bound", "基因数低于底线或本批界值"),
    Term::new(
        "mitochondrial share above the threshold: non-viable by the RNA surrogate",
        "线粒体比例高于阈值：按 RNA 替代指标判为非活性",
    ),
    Term::new("more molecules or genes than this lot's bound", "分子数或基因数高于本批界值"),
    Term::new("measured while the flow was disturbed: clog, bubble or surge", "液流受扰时测得：堵塞、气泡或流速突变"),
    Term::new("at the end of a scatter detector's range", "处于散射光检测器量程末端"),
    Term::new("too little forward scatter for a cell: debris", "前向散射过低，不足以为细胞：碎片"),
    Term::new("pulse too long for its height: two cells in one event", "脉冲相对高度过长：一个事件中有两个细胞"),
    Term::new("stained by the viability dye: dead", "被活性染料着色：死细胞"),
    Term::new("outside a gate given by the user", "位于用户所给的门之外"),
    // Calls.
    Term::new(
        "A cell is of a class only where that class's key is high (enough distinct genes of the class, and more of them than \
         this lot's background explains) and the stromal key is low. Both high is suspect, neither is unassigned. No single \
         gene and no cluster decides.",
        "仅当某类别的判据为高（有足够多的该类不同基因，且多于本批背景所能解释）且基质判据为低时，细胞才判为该类。两者均高为疑似，\
         均不高为未归类。任何单一基因或聚类均不作判定依据。",
    ),
    Term::new(
        "Each event is called by itself, by the likelihood of the signs of several markers: how far its value lies from each \
         marker's threshold, weighed by how surely a cell of the class carries or lacks the marker. A class is called only \
         where enough of its own markers are seen at or above their thresholds. Signs of the target and of a class together \
         are suspect (a doublet or a coincidence); signs of neither are unassigned. No single bright marker and no cluster \
         decides.",
        "每个事件单独判定，依据多个标志物的似然：其数值与各标志物阈值的距离，并按该类细胞具有或缺乏该标志物的确定程度加权。仅当某\
         类别有足够多的自身标志物达到或超过阈值时才判为该类。同时具备目的细胞和另一类别证据者为疑似（双细胞或同时通过）；两者均无者\
         为未归类。任何单一强阳性标志物或聚类均不作判定依据。",
    ),
    Term::new("not assessed: too few of its genes are in the file", "未评估：文件中该类的基因过少"),
    Term::new("not reportable: too few of its genes are measured.", "不可报告：所测得的该类基因过少。"),
    Term::new(
        "not reportable: not all of the markers it needs are measured and separable.",
        "不可报告：所需标志物未全部测得或不可分辨。",
    ),
    Term::new("log10 likelihood ratio", "log10 似然比"),
    Term::new("markers seen", "可见标志物数"),
    Term::new("no blank (a lot known to be free of the class) was measured", "未测定空白（已知不含该类细胞的批次）"),
    Term::new(
        "not estimable: {0} molecules of {1} genes of other classes in half of the target cells, {2} if all they hold were ambient; soup: {3}",
        "无法估计：在一半目的细胞中见 {0} 个分子（{1} 个其他类别的基因）；若其全部 RNA 均为环境 RNA 则应为 {2} 个；环境谱：{3}",
    ),
    Term::new(
        "{0} molecules of {1} genes of other classes in half of the target cells, {2} if all they hold were ambient; soup: {3}",
        "在一半目的细胞中见 {0} 个分子（{1} 个其他类别的基因）；若其全部 RNA 均为环境 RNA 则应为 {2} 个；环境谱：{3}",
    ),
    Term::new("the lot's cells pooled, as no raw matrix was given", "本批细胞合并（未提供原始矩阵）"),
    Term::new(
        "the cells of each capture pooled, as no raw matrix was given",
        "每次捕获的细胞各自合并（未提供原始矩阵）",
    ),
    Term::new(
        "{0} empty droplets of the raw matrices, capture by capture",
        "各次捕获原始矩阵的 {0} 个空液滴，逐次捕获",
    ),
    Term::new("{0} empty droplets of the raw matrix", "原始矩阵的 {0} 个空液滴"),
    Term::new(
        "not estimable: too few molecules of other cells in the soup ({0})",
        "无法估计：环境谱中其他细胞的分子过少（{0}）",
    ),
    Term::new("{0} of {1}; below {2} % (95 %)", "{0}/{1}；低于 {2}%（95%）"),
    Term::new("{0} of {1}; above {2} % (95 %)", "{0}/{1}；高于 {2}%（95%）"),
    Term::new("{0} of {1}; {2} % (95 % interval {3} % to {4} %)", "{0}/{1}；{2}%（95% 置信区间 {3}%～{4}%）"),
    Term::new("1-norm, {0} channels", "1-范数，{0} 个通道"),
    Term::new(
        "median and MAD of this lot (median {0}, MAD {1} of {2} likely target cells); contaminant candidates are exempt",
        "本批的中位数与 MAD（{2} 个可能的目的细胞，中位数 {0}，MAD {1}）；杂质候选细胞豁免",
    ),
    Term::new(
        "median and MAD of this lot, raised to the profile's limit (median {0}, MAD {1} of {2} likely target cells); \
         contaminant candidates are exempt",
        "本批的中位数与 MAD，提高至产品配置的限度（{2} 个可能的目的细胞，中位数 {0}，MAD {1}）；杂质候选细胞豁免",
    ),
    Term::new(
        "median and MAD of this lot, lowered to the profile's limit (median {0}, MAD {1} of {2} likely target cells); \
         contaminant candidates are exempt",
        "本批的中位数与 MAD，降低至产品配置的限度（{2} 个可能的目的细胞，中位数 {0}，MAD {1}）；杂质候选细胞豁免",
    ),
    Term::new(
        "a target cell of this lot shows {0} molecules of its genes per 10,000 (median of {1} reference cells; shape {2})",
        "本批目的细胞每 10,000 个分子中有 {0} 个来自其标志基因（{1} 个参照细胞的中位数；形状参数 {2}）",
    ),
    Term::new(
        "a target cell of median depth is expected to show {0} of its {1} genes by background",
        "中位深度的目的细胞因背景预期可见其 {1} 个基因中的 {0} 个",
    ),
    // States.
    Term::new("Cycling (S or G2/M)", "细胞周期中（S 或 G2/M 期）"),
    Term::new("Senescence, core genes", "衰老（核心基因）"),
    Term::new("Licensed (interferon response)", "预激活（干扰素应答）"),
    Term::new("Inflammatory (NF-κB)", "炎症激活（NF-κB）"),
    Term::new("Dissociation or heat-shock stress", "解离或热休克应激"),
    Term::new(
        "{0} of {1} genes of {2}. Counted: molecules of them at least {3} times likelier {4}-fold changed than at rest ({5} of \
         10,000), by at least {6} genes; at the median of {7} molecules from {8} of 10,000 on",
        "{2} 的 {1} 个基因中的 {0} 个。计入条件：其分子数按变化 {4} 倍的似然至少为静息时（每 10,000 个分子中 {5}）的 {3} 倍，且至少由 \
         {6} 个基因支持；在分子数中位数 {7} 时，自每 10,000 个分子中 {8} 个起",
    ),
    Term::new("{0}, as a limit, for this lot's own {1}", "{0}（上限；本批为 {1}）"),
    Term::new(
        "only {0} of {1} genes of {2} are among the features; at least {3} are needed",
        "特征中仅有 {2} 的 {1} 个基因中的 {0} 个；至少需要 {3} 个",
    ),
    Term::new(
        "{0} target cells are too few to say what cells at rest show; at least {1} are needed",
        "{0} 个目的细胞过少，无法确定静息细胞的水平；至少需要 {1} 个",
    ),
    Term::new("the target cells hold no molecule", "目的细胞中无分子"),
    Term::new(
        "too shallow: at the median of {0} molecules no cell could be counted; at rest {1} of 10,000",
        "测序深度不足：在分子数中位数 {0} 时，任何细胞均无法计入；静息时为每 10,000 个分子中 {1}",
    ),
    Term::new(
        "too shallow: at the median of {0} molecules counted only from {1} of 10,000 on; asked is from {2} times what rest shows \
         on ({3}), or from {4}",
        "测序深度不足：在分子数中位数 {0} 时，仅自每 10,000 个分子中 {1} 个起方可计入；要求自静息时（{3}）的 {2} 倍或自 {4} 个起",
    ),
    Term::new(
        "too shallow: at the median of {0} molecules counted only from {1} of 10,000 on; asked is from {2} times what rest shows \
         on ({3})",
        "测序深度不足：在分子数中位数 {0} 时，仅自每 10,000 个分子中 {1} 个起方可计入；要求自静息时（{3}）的 {2} 倍起",
    ),
    // Structure.
    Term::new(
        "cells called target, on their part of the lot's neighbour graph",
        "判定为目的细胞者，基于其在本批邻居图中的部分",
    ),
    Term::new(
        "cells called target, on their part of the lot's neighbour graph; {0} cells in {1} groups of fewer than {2} are in no \
         sub-population",
        "判定为目的细胞者，基于其在本批邻居图中的部分；另有 {0} 个细胞分属 {1} 个少于 {2} 个细胞的组，不计入任何亚群",
    ),
    Term::new(
        "events of a sample called target, on their part of the sample's neighbour graph",
        "抽样中判定为目的细胞的事件，基于其在抽样邻居图中的部分",
    ),
    Term::new(
        "events of a sample called target, on their part of the sample's neighbour graph; {0} events in {1} groups of fewer than \
         {2} are in no sub-population",
        "抽样中判定为目的细胞的事件，基于其在抽样邻居图中的部分；另有 {0} 个事件分属 {1} 个少于 {2} 个事件的组，不计入任何亚群",
    ),
    Term::new("Leiden, resolution {0}", "Leiden 聚类，分辨率 {0}"),
    Term::new(
        "FlowSOM (self-organising map of {0} x {1} nodes, consensus metaclustering) over {2} markers, trained on {3} events",
        "FlowSOM（{0} × {1} 个节点的自组织映射，共识元聚类），{2} 个标志物，以 {3} 个事件训练",
    ),
    Term::new("$SPILLOVER of the file", "文件中的 $SPILLOVER"),
    Term::new("$SPILL of the file", "文件中的 $SPILL"),
    Term::new("SPILL of the file", "文件中的 SPILL"),
    Term::new("SPILLOVER of the file", "文件中的 SPILLOVER"),
    Term::new("the spillover matrix", "溢出矩阵"),
    Term::new("{0}-norm", "{0}-范数"),
    Term::new("Leiden on the fuzzy graph of nearest neighbours", "基于最近邻模糊图的 Leiden 聚类"),
    Term::new(
        "Leiden on the fuzzy graph of nearest neighbours of a sample of the kept events",
        "基于部分保留事件最近邻模糊图的 Leiden 聚类",
    ),
    Term::new("sub-populations of the target", "目的细胞的亚群"),
    Term::new("classes of viable singlets", "活单细胞的类别"),
    Term::new("single-cell RNA, two-key call", "单细胞 RNA 测序，双判据判定"),
    Term::new("single-cell RNA, programme within target cells", "单细胞 RNA 测序，目的细胞内的基因程序"),
    Term::new("flow cytometry, call per event", "流式细胞术，逐事件判定"),
    Term::new("viability dye", "活性染料"),
    Term::new("mitochondrial share of RNA", "RNA 线粒体比例"),
    Term::new("viable singlets", "活单细胞"),
    Term::new("CD14 or CD11b", "CD14 或 CD11b"),
    Term::new("CD79a or CD19", "CD79a 或 CD19"),
    Term::new("Mesenchymal stromal cells", "间充质基质细胞"),
    Term::new("mesenchymal stromal cells, {0}", "间充质基质细胞，{0}"),
    // Lots put together: what is not estimated, and why.
    Term::new("too few cells of the class for its logits to be normal", "该类细胞过少，其 logit 不能视为正态"),
    Term::new("{0} lots; at least {1} are needed", "{0} 批；至少需要 {1} 批"),
    Term::new("{0} lots are too few to tell the factors apart", "{0} 批过少，无法区分各因素"),
    Term::new("{0} levels; at least {1} are needed", "{0} 个水平；至少需要 {1} 个"),
    Term::new("{0} of {1} lots do not state it", "{1} 批中有 {0} 批未注明"),
    Term::new("all lots have the same", "各批相同"),
    Term::new("every lot has another: it cannot be told from the lot", "各批互不相同：无法与批次本身区分"),
    Term::new(
        "it cannot be told from another factor: its levels follow from that one's",
        "无法与另一因素区分：其水平由该因素决定",
    ),
    Term::new("too few lots", "批次过少"),
    Term::new("too few lots with cells", "检出该类细胞的批次过少"),
    Term::new("for classes of few cells only", "仅用于细胞数少的类别"),
    Term::new("{0} {1}, fixed on {2}", "{0} {1}，于 {2} 确定"),
    // Results that take no part.
    Term::new("there is no such folder or file", "无此文件夹或文件"),
    Term::new(
        "the folder holds no report.json: it is no result of `puricell run`",
        "文件夹中无 report.json：不是 `puricell run` 的结果",
    ),
    Term::new("no viable singlet was counted", "未计到活单细胞"),
    Term::new("lot '{0}' is already that of {1}; a lot takes part once", "批次“{0}”已由 {1} 代表；每批只纳入一次"),
    Term::new(
        "report.json is not as it was written; see `puricell verify`",
        "report.json 已被改动；见 `puricell verify`",
    ),
    Term::new("manifest.json cannot be read: {0}", "无法读取 manifest.json：{0}"),
    Term::new("manifest.json is no manifest: {0}", "manifest.json 不是清单：{0}"),
    Term::new(
        "manifest.json does not list report.json: it is no result of `puricell run`",
        "manifest.json 未列出 report.json：不是 `puricell run` 的结果",
    ),
    Term::new("report.json is no report of `puricell run`: {0}", "report.json 不是 `puricell run` 的报告：{0}"),
    Term::new(
        "there is no result; its last run ended with exit code {0}: {1}",
        "无结果；最近一次运行以退出码 {0} 结束：{1}",
    ),
    Term::new("there is no result; its last run {0}", "无结果；最近一次运行{0}"),
    Term::new("ended by signal {0}", "被信号 {0} 终止"),
    Term::new("exit code {0}: {1}", "退出码 {0}：{1}"),
    Term::new("killed, or never started", "被终止，或从未启动"),
    Term::new("failed; Nextflow has said why", "失败；原因见 Nextflow 的输出"),
    Term::new("no message", "无信息"),
    // Species and tissues of the built-in profiles.
    Term::new("human", "人"),
    Term::new("mouse", "小鼠"),
    Term::new("umbilical cord", "脐带"),
    Term::new("bone marrow", "骨髓"),
    Term::new("adipose tissue", "脂肪组织"),
    Term::new("placenta", "胎盘"),
    Term::new("dental pulp", "牙髓"),
    Term::new("menstrual blood", "宫血"),
    // Gates.
    Term::new("Within range", "量程内"),
    Term::new("Singlets", "单细胞"),
    Term::new("Cells", "细胞"),
    Term::new("Undisturbed flow", "平稳液流"),
    Term::new("Viable", "活细胞"),
    Term::new("Viable cells", "活细胞"),
    Term::new("Steady flow", "稳定液流"),
    Term::new("negative events", "阴性事件"),
    // Kinds of files.
    Term::new("profile", "产品配置"),
    Term::new("cytometry-profile", "流式产品配置"),
    Term::new("panels", "标志物组合"),
    Term::new("markers", "标志物"),
    Term::new("call-model", "判定模型"),
    Term::new("event-call-model", "事件判定模型"),
    Term::new("spec", "质量标准"),
    Term::new("metadata", "元数据"),
    Term::new("config", "配置文件"),
    Term::new("validation", "方法学验证"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_with_values_is_known_by_its_pattern() {
        assert_eq!(values_of("a {0} b {1}", "a 1 b 2,3"), Some(vec!["1", "2,3"]));
        assert_eq!(values_of("a {0} b", "a 1 c"), None);
        assert_eq!(values_of("a", "ab"), None);
        assert_eq!(known("Leiden, resolution 0.5").zh(), "Leiden 聚类，分辨率 0.5");
        let soup =
            "not estimable: too few molecules of other cells in the soup (1,203 empty droplets of the raw matrix)";
        assert_eq!(known(soup).zh(), "无法估计：环境谱中其他细胞的分子过少（原始矩阵的 1,203 个空液滴）");
        let counted = "97 of 97 genes of cycle_s, cycle_g2m. Counted: molecules of them at least 1,000 times likelier 4-fold \
                       changed than at rest (20, as a limit, for this lot's own 129 of 10,000), by at least 3 genes; at the median \
                       of 31,703 molecules from 44 of 10,000 on";
        assert_eq!(
            known(counted).zh(),
            "cycle_s, cycle_g2m 的 97 个基因中的 97 个。计入条件：其分子数按变化 4 倍的似然至少为静息时（每 10,000 个分子中 \
             20（上限；本批为 129））的 1,000 倍，且至少由 3 个基因支持；在分子数中位数 31,703 时，自每 10,000 个分子中 44 个起"
        );
        let shallow = "too shallow: at the median of 679 molecules counted only from 267 of 10,000 on; asked is from 3 times what rest \
                       shows on (76)";
        let zh =
            "测序深度不足：在分子数中位数 679 时，仅自每 10,000 个分子中 267 个起方可计入；要求自静息时（76）的 3 倍";
        assert_eq!(known(shallow).zh(), format!("{zh}起"));
        assert_eq!(known(&format!("{shallow}, or from 50")).zh(), format!("{zh}或自 50 个起"));
        for (reason, zh) in [
            ("4 of 12 lots do not state it", "12 批中有 4 批未注明"),
            ("3 lots; at least 5 are needed", "3 批；至少需要 5 批"),
            ("margins-2 1.0, fixed on 2025-12-01", "margins-2 1.0，于 2025-12-01 确定"),
            ("lot 'L03' is already that of copy; a lot takes part once", "批次“L03”已由 copy 代表；每批只纳入一次"),
            ("there is no result; its last run ended by signal 15", "无结果；最近一次运行被信号 15 终止"),
        ] {
            assert_eq!(known(reason).zh(), zh);
        }
        assert_eq!(known("something new"), Text::English("something new".to_owned()));
        assert_eq!(of_figure("stable from 0.75", &|_| None).map(|t| t.zh()), Some("稳定界值 0.75".to_owned()));
        assert_eq!(of_figure("93.1\u{a0}%", &|_| None), None);
    }
}
