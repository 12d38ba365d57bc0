//! What each figure shows, in words: its description, printed below it and read to those who do not see it.

use crate::lang::Term;

// Of all.
pub(crate) const NAMED: Term = Term::new("{0}: {1}", "{0}：{1}");

// Accounting.
pub(crate) const ACCOUNTING: Term =
    Term::new("{0} {1} loaded; dropped: {2}; {3} kept.", "载入 {0} 个{1}；剔除：{2}；保留 {3} 个。");
pub(crate) const DROPPED: Term = Term::new("{0} {1}", "{0} 个（{1}）");
pub(crate) const MINUS: Term = Term::new("− {0}", "− {0}");

// Scores and map.
pub(crate) const SCORES: Term = Term::new(
    "One point per {0}; {1} against {2}, thresholds as dashed lines. {3}.",
    "每个{0}一点；横轴：{1}；纵轴：{2}；虚线为阈值。{3}。",
);
pub(crate) const THRESHOLDS: Term = Term::new("thresholds – {0}", "阈值 – {0}");
pub(crate) const LOW: Term = Term::new("low < {0}", "低 < {0}");
pub(crate) const HIGH: Term = Term::new("high ≥ {0}", "高 ≥ {0}");
pub(crate) const EVERY_OTHER: Term = Term::new("every other class", "其他各类");
pub(crate) const MAP: Term = Term::new(
    "Two-dimensional map of the kept {0}, coloured by call. An illustration only: no result rests on it.",
    "保留{0}的二维降维图，按判定着色。仅作示意：任何结果均不以此为据。",
);

// Quality.
pub(crate) const QUALITY: Term = Term::new(
    "Histograms of {0} over {1} kept and {2} dropped cells, cut-offs as dashed lines.",
    "{0}的直方图，{1} 个保留细胞与 {2} 个剔除细胞，虚线为界值。",
);

// Sub-populations.
pub(crate) const COUNTED: Term = Term::new("{0} {1}", "{0} {1}");
pub(crate) const STABILITY: Term = Term::new("By resolution: {0}.", "各分辨率下：{0}。");
pub(crate) const RESOLUTION: Term = Term::new("{0}: {1} groups, ARI {2}", "{0}：{1} 个亚群，ARI {2}");

// Cytometry.
pub(crate) const HISTOGRAMS: Term = Term::new(
    "Histograms with thresholds as dashed lines. Positive events: {0}.",
    "直方图，虚线为阈值。阳性事件：{0}。",
);
pub(crate) const POSITIVE: Term = Term::new("positive: {0}", "阳性：{0}");
pub(crate) const NO_THRESHOLD: Term = Term::new("no threshold; tried: {0}", "无阈值；已尝试：{0}");
pub(crate) const THRESHOLD: Term = Term::new("threshold: {0}", "阈值：{0}");
pub(crate) const WITH_N: Term = Term::new("{0}, n = {1}", "{0}，n = {1}");
pub(crate) const NOT_ESTIMATED: Term = Term::new("not estimated", "未估计");
pub(crate) const ALL_EVENTS: Term = Term::new("All events", "全部事件");
pub(crate) const DENSITY: Term = Term::new("{0}, {1} against {2}: {3}", "{0}，纵轴 {1}，横轴 {2}：{3}");
pub(crate) const POSITIVE_OF: Term = Term::new("{0}+: {1}", "{0}+：{1}");
pub(crate) const MORE_GATES: Term = Term::new("and {0} more, see the table", "另有 {0} 个，见表");
pub(crate) const SPILLOVER: Term = Term::new(
    "Matrix of {0} channels ({1}). Largest coefficient off the diagonal {2}.",
    "{0} 个通道的矩阵（{1}）。对角线外的最大系数为 {2}。",
);
pub(crate) const MAP_OF_NODES: Term = Term::new(
    "{0} nodes in {1} metaclusters, events of each: {2}.",
    "{0} 个节点，{1} 个元聚类，各元聚类的事件数：{2}。",
);
pub(crate) const METACLUSTER: Term = Term::new("{0} ({1}) {2}", "{0}（{1}）{2}");
pub(crate) const CALLED: Term = Term::new("{0}; {1}", "{0}；{1}");
