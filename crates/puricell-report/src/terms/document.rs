//! Words that only the dossier document has: headings, columns, annexes.

use crate::lang::Term;

pub(crate) const LOT: Term = Term::new("Lot", "批号");
pub(crate) const PAGE: Term = Term::new("Page {0} of {1}", "第 {0} 页，共 {1} 页");
pub(crate) const DATE: Term = Term::new("Date (UTC)", "日期（UTC）");
pub(crate) const DEVIATION: Term = Term::new("DEVIATION", "偏差");
pub(crate) const OVERRIDE: Term = Term::new("OVERRIDE", "参数更改");
pub(crate) const BY_COMMAND_LINE: Term = Term::new("set on the command line", "由命令行设定");
pub(crate) const NO_DEVIATION: Term = Term::new(
    "No deviation from the profile or the specification, no override.",
    "未偏离产品配置或质量标准，无参数更改。",
);

pub(crate) const IDENTITY: Term = Term::new("Identity", "鉴别");
pub(crate) const IDENTITY_NOTE: Term = Term::new("{0}; {1}.", "{0}；{1}。");
pub(crate) const MEASURED_MARKER: Term = Term::new("Measured", "所测标志物");
pub(crate) const QUALITY: Term = Term::new("Quality of the data", "数据质量");
pub(crate) const TRACE: Term = Term::new("Trace", "溯源");
pub(crate) const LIMITS: Term = Term::new("Limits of the method", "方法的局限");
pub(crate) const FIGURES: Term = Term::new("Figures", "图");
pub(crate) const DETECTION: Term = Term::new("LOD / LOQ", "检测限/定量限");
pub(crate) const SUB_CLASSES: Term = Term::new(
    "Below a class: the sub-classes found in it; the annex has every row.",
    "类别下方为其中检出的亚类及计数；完整列表见附录。",
);
pub(crate) const SUB_CLASS_COUNT: Term = Term::new("{0}\u{a0}{1}", "{0}\u{a0}{1}");
pub(crate) const HASH_DIGITS: Term = Term::new(
    "SHA-256: the first {0} of 64 digits, in full in the annex",
    "SHA-256 仅列前 {0} 位（共 64 位），完整值见附录",
);
pub(crate) const A_METRICS: Term = Term::new("Quality of the data and state of the cells", "数据质量与细胞状态");
pub(crate) const SOFTWARE: Term = Term::new("Software", "软件");
pub(crate) const SEED: Term = Term::new("Seed", "随机种子");
pub(crate) const SCHEMA: Term = Term::new("Report schema", "报告结构版本");

pub(crate) const ANNEX: Term = Term::new("Annex {0}. {1}", "附录 {0}　{1}");
pub(crate) const A_PARAMETERS: Term = Term::new("Parameters and where each came from", "参数及其来源");
pub(crate) const A_ACCOUNTING: Term = Term::new("Accounting by reason", "去向核算（按原因）");
pub(crate) const A_CALLS: Term = Term::new("How classes were called", "细胞类别的判定");
pub(crate) const A_MARKERS: Term = Term::new("Positivity per marker", "各标志物阳性率");
pub(crate) const A_CHANNELS: Term = Term::new("Channels and compensation", "通道与补偿");
pub(crate) const A_SWEEP: Term = Term::new("Sensitivity to the cut-offs", "界值敏感性分析");
pub(crate) const A_COMPOSITION: Term = Term::new("Composition by every denominator", "按各分母计算的组成和比例");
pub(crate) const A_INTERVALS: Term = Term::new("Interval methods", "区间估计方法");
pub(crate) const A_STUDY: Term = Term::new("Validation summary", "方法学验证摘要");
pub(crate) const A_INPUTS: Term = Term::new("Inputs and definitions, with hashes", "输入与定义文件及校验和");
pub(crate) const A_MIFLOWCYT: Term = Term::new("MIFlowCyt items", "MIFlowCyt 项目");
pub(crate) const A_METHOD: Term = Term::new("Method", "方法");

pub(crate) const LOADED: Term = Term::new("loaded", "载入");
pub(crate) const KEPT_AND_LEFT: Term = Term::new("kept, and all that left", "保留与全部剔除之和");
pub(crate) const SWEEP_NOTE: Term = Term::new(
    "What other values of each cut-off would have given; ▸ marks the value of this report.",
    "各界值取其他数值时的结果；▸ 标示本报告所用数值。",
);
pub(crate) const SCORE_IS: Term = Term::new(" Score: {0}.", "评分：{0}。");
pub(crate) const JUSTIFICATION: Term = Term::new("Justification of the limit", "限度的依据");
pub(crate) const INTERVALS_EXACT: Term = Term::new(
    "They are exact: the true share is covered with at least the stated probability.",
    "该区间为精确区间：以不低于所述的概率覆盖真实比例。",
);
pub(crate) const INTERVALS_APPROXIMATE: Term = Term::new(
    "They cover the true share with the stated probability on average; one-sided bounds are exact all the same.",
    "该区间平均以所述概率覆盖真实比例；单侧置信限仍为精确法。",
);
pub(crate) const INTERVALS_SENTENCE: Term = Term::new(
    "{0} two-sided 95\u{a0}% intervals. {1} A class of which no {2} was found is given by its exact one-sided 95\u{a0}% upper \
     bound, 1 − 0.05^(1/n). Intervals describe the sampling of {3} from the vial measured, nothing else. What could not be \
     estimated is NA, never zero. Shares are printed with no digit that neither one {2} in n nor the interval supports.",
    "{0}双侧 95% 置信区间。{1}未检出{2}的类别以精确单侧 95% 置信上限 1 − 0.05^(1/n) 表示。区间仅描述所测该支样品中{3}的抽样误差。\
     无法估计者为 NA，绝不记为零。比例的有效位数不超过 n 个中的 1 个{2}或区间所能支持者。",
);
pub(crate) const STUDY_NOTE: Term = Term::new(
    "Limits for {0} {1} of this lot. A verdict rests on the share as counted.",
    "以下限值针对本批{1}（n = {0}）。结论以计数所得比例为准。",
);
pub(crate) const EXPECTED_AND_SUSPECTED: Term = Term::new(
    "Expected: {0} ({1}). Suspected from a posterior of {2}: {3}.",
    "预期：{0}（{1}）。后验概率不低于 {2} 的疑似数：{3}。",
);
pub(crate) const MARKERS_AUC: Term = Term::new("Markers (AUC)", "标志物（AUC）");
pub(crate) const DECIDES_ON_NOTHING: Term = Term::new("Sub-populations decide on no call.", "亚群不参与任何判定。");
pub(crate) const SMALL_CLUSTERS: Term =
    Term::new("The {0} smallest are in report.html alone.", "最小的 {0} 个聚类仅列于 report.html。");
pub(crate) const FORMAT_AND_KEYWORDS: Term = Term::new("{0} File: {1}.", "{0}文件：{1}。");
pub(crate) const MARKER_NOTES: Term = Term::new(
    "median {0}; MFI ratio {1}{2}; in the uncertain band {3}; second peak {4}",
    "中位数 {0}；MFI 比值 {1}{2}；不确定带内 {3}；第二峰 {4}",
);
pub(crate) const RELATIVE_TO: Term = Term::new(" (to {0})", "（相对于{0}）");
pub(crate) const CHANNELS_AND_BORDER: Term = Term::new("Channels and border", "通道与边界");
pub(crate) const UNPRINTABLE: Term = Term::new(
    "Characters that no shipped font has are printed as their code points in brackets: {0}.",
    "随附字体不含的字符以方括号内的码位表示：{0}。",
);
