//! Quality, calls, cut-offs, states, doublets, panels.

use crate::lang::Term;

pub(crate) const QUALITY: Term = Term::new("Quality and {0} accounting", "质量与{0}去向");
pub(crate) const QUALITY_SHORT: Term = Term::new("Quality and accounting", "质量与去向");
pub(crate) const KEPT_OF_LOADED: Term = Term::new("{0} kept of loaded", "保留/载入的{0}");
pub(crate) const LEFT_ONE_REASON: Term = Term::new("{0} left, each with one reason", "{0} 个被剔除，各有唯一原因");
pub(crate) const N_IS: Term = Term::new("n = {0}", "n = {0}");
pub(crate) const ACCOUNTING_CAPTION: Term = Term::new(
    "Every loaded {0} is accounted for: {1} loaded = {2} kept + {3} left.",
    "每个载入的{0}均有去向：载入 {1} = 保留 {2} + 剔除 {3}。",
);
pub(crate) const REASON_CODE: Term = Term::new("Reason", "原因");
pub(crate) const MEANING: Term = Term::new("Meaning", "含义");
pub(crate) const KEPT: Term = Term::new("kept", "保留");
pub(crate) const KEPT_TITLE: Term = Term::new("Kept", "保留");
pub(crate) const VIABLE_SINGLETS: Term = Term::new("viable singlets", "活单细胞");
pub(crate) const ACCOUNTING_FIGURE: Term = Term::new(
    "From loaded to kept {0}; each reason is applied to what the ones before left.",
    "由载入至保留的{0}；每一原因作用于其前各步骤的剩余部分。",
);
pub(crate) const CALLS: Term = Term::new("How {0} were called", "{0}的判定方法");
pub(crate) const CALLS_SHORT: Term = Term::new("Calls", "判定");
pub(crate) const SCORES_FIGURE: Term = Term::new(
    "Scores behind the calls, one point per {0}; dashed lines are the thresholds. Counts are {1} of the class among the \
     viable singlets.",
    "判定所依据的评分，每点为一个{0}；虚线为阈值。计数为活单细胞中该类别的{1}数。",
);
pub(crate) const CALLS_MARKERS_CAPTION: Term = Term::new(
    "Markers that call each class, and false-positive background. “Seen” is at or above the marker's threshold; for one \
     carried weakly, at or above the lower end of its uncertain band.",
    "判定各类别所用的标志物及假阳性背景。“可见”指达到或超过该标志物阈值；弱表达者指达到或超过其不确定带的下端。",
);
pub(crate) const MARKERS_SEEN: Term = Term::new("Markers seen", "可见标志物数");
pub(crate) const SIGNS: Term = Term::new("Signs", "依据");
pub(crate) const BACKGROUND: Term = Term::new("Background", "背景");
pub(crate) const CALLS_CAPTION: Term =
    Term::new("Thresholds and false-positive background per class.", "各类别的阈值及假阳性背景。");
pub(crate) const CALLS_CAPTION_UNIT: Term = Term::new(
    "Thresholds (score: {0}) and false-positive background per class.",
    "各类别的阈值（评分：{0}）及假阳性背景。",
);
pub(crate) const HIGH_FROM: Term = Term::new("High from", "高于（含）");
pub(crate) const LOW_BELOW: Term = Term::new("Low below", "低于");
pub(crate) const DISTINCT_MARKERS: Term = Term::new("Distinct markers", "不同标志物数");
pub(crate) const DERIVATION: Term = Term::new("Derivation", "推导说明");
pub(crate) const BACKGROUND_NOT_ESTIMABLE: Term = Term::new("not estimable: {0}", "无法估计：{0}");
pub(crate) const BACKGROUND_OF: Term = Term::new("{0} of {1} cells ({2})", "{1} 个细胞中 {0}（{2}）");
pub(crate) const BACKGROUND_RATE: Term = Term::new("{0} ({1})", "{0}（{1}）");
pub(crate) const BACKGROUND_NONE_IN: Term = Term::new("none in {0} cells ({1})", "{0} 个细胞中未见（{1}）");
pub(crate) const BACKGROUND_NONE: Term = Term::new("none ({0})", "未见（{0}）");
pub(crate) const CUT_OFFS: Term = Term::new("Cut-offs of this lot", "本批的质控界值");
pub(crate) const QC_FIGURE: Term = Term::new(
    "Kept and dropped cells, bars stacked; dashed lines are the cut-offs. A cell beyond one cut-off only may still be kept, \
     where the rule exempts contaminant candidates.",
    "保留与剔除的细胞（堆叠柱）；虚线为界值。仅超出一个界值的细胞，在规则豁免杂质候选细胞时仍可保留。",
);
pub(crate) const CUT_OFFS_CAPTION: Term = Term::new("Cut-offs and how each was derived.", "各界值及其推导。");
pub(crate) const METRIC: Term = Term::new("Metric", "指标");
pub(crate) const KEPT_IF: Term = Term::new("Kept if", "保留条件");
pub(crate) const CELLS_BEYOND: Term = Term::new("Cells beyond", "超出的细胞数");
pub(crate) const SENSITIVITY: Term = Term::new(
    "Sensitivity: cells with other values of “{0}”. The row in bold is this report's.",
    "敏感性分析：“{0}”取其他值时的细胞数。粗体行为本报告所用。",
);
pub(crate) const VALUE: Term = Term::new("Value", "数值");
pub(crate) const USED: Term = Term::new(" (used)", "（所用）");
pub(crate) const STATES: Term = Term::new("State of the target cells (informative)", "目的细胞的状态（仅供参考）");
pub(crate) const STATES_CAPTION: Term = Term::new(
    "Gene programmes that cells of one type can turn on and off, told cell by cell against the target cells at rest. For \
         information: no call, fraction or verdict rests on them.",
    "同一类型细胞可开启或关闭的基因程序，逐个细胞与静息目的细胞比较而判断。仅供参考：任何判定、比例和结论均不以此为依据。",
);
pub(crate) const STATE: Term = Term::new("State", "状态");
pub(crate) const NOTE: Term = Term::new("Note", "说明");
pub(crate) const DOUBLETS: Term = Term::new("Doublets", "双细胞");
pub(crate) const DOUBLETS_NOT_DROPPED: Term = Term::new(
    " No cell left by its score: a doublet with a contaminant is a suspect by its call.",
    "未因该评分剔除任何细胞：与杂质细胞形成的双细胞按其判定列为疑似。",
);
pub(crate) const DOUBLETS_METHOD: Term = Term::new(
    "{2}",
    "以两个保留细胞的计数之和模拟 {0} 个双细胞，并按每个细胞在本批主成分空间中最近的 {1} 个邻居里模拟双细胞的比例评分\
     （参照 Scrublet，doi:10.1016/j.cels.2018.11.005）。",
);
pub(crate) const DOUBLETS_METHOD_BY_CAPTURE: Term = Term::new(
    "{2}",
    "以同一次捕获的两个保留细胞的计数之和模拟 {0} 个双细胞，并按每个细胞在本批主成分空间中该次捕获内最近的邻居（至多 {1} 个）里模拟双细胞的\
     比例评分（参照 Scrublet，doi:10.1016/j.cels.2018.11.005）。",
);
pub(crate) const DOUBLETS_BASIS_BY_CAPTURE: Term = Term::new(
    "{0} per 1,000 recovered cells of a capture: {1}; of all {2} recovered cells {3}",
    "每次捕获每 1,000 个回收细胞 {0}：{1}；合计回收 {2} 个，{3}",
);
pub(crate) const CAPTURE_LOAD: Term = Term::new("capture {0}, {1} recovered, {2}", "捕获 {0}，回收 {1} 个，{2}");
pub(crate) const DOUBLETS_BASIS: Term =
    Term::new("{0} per 1,000 of {1} recovered cells: {2}", "每 1,000 个回收细胞 {0}，回收 {1} 个：{2}");
pub(crate) const DOUBLETS_EXPECTED: Term = Term::new("Expected doublets", "预期双细胞数");
pub(crate) const DOUBLETS_SUSPECTED: Term = Term::new("Suspected doublets", "疑似双细胞数");
pub(crate) const POSTERIOR: Term = Term::new("posterior probability of at least {0}", "后验概率不低于 {0}");
pub(crate) const DOUBLET_KINDS: Term = Term::new(
    "Doublets expected from random pairs of cells, and suspected by their neighbours. Two cells of one kind can hardly be \
     told from one.",
    "按细胞随机配对预期的双细胞，及按邻居判断的疑似双细胞。同类的两个细胞几乎无法与单个细胞区分。",
);
pub(crate) const PAIR: Term = Term::new("Pair", "配对");
pub(crate) const EXPECTED: Term = Term::new("Expected", "预期");
pub(crate) const SUSPECTED: Term = Term::new("Suspected", "疑似");
pub(crate) const SUSPECTED_WERE: Term = Term::new("The suspected were called", "疑似者的判定");
pub(crate) const TWO_OF: Term = Term::new("two of {0}", "两个{0}");
pub(crate) const ONE_WITH: Term = Term::new("{0} with {1}", "{0}与{1}");
pub(crate) const N_OF_CLASS: Term = Term::new("{0} {1}", "{1} {0} 个");
pub(crate) const HIDDEN: Term = Term::new(
    "Bias: contaminant cells expected in doublets with the target. They are in no contaminant's count; those found are \
     suspects.",
    "偏倚：预期与目的细胞形成双细胞的杂质细胞。其不计入任何杂质；检出者列为疑似。",
);
pub(crate) const CELLS_CALLED: Term = Term::new("Cells called", "判定细胞数");
pub(crate) const SUSPECTS: Term = Term::new("Suspects", "疑似细胞数");
pub(crate) const HIDDEN_SHARE: Term = Term::new("Share of its cells hidden", "该类细胞被掩盖的比例");
pub(crate) const PANELS: Term = Term::new("Panel coverage", "标志物组合覆盖度");
pub(crate) const PANELS_CAPTION: Term = Term::new(
    "Decisive markers of each class that the file holds. A class below the profile's coverage limit is not reportable, which \
     is not the same as absent.",
    "文件所含各类别的判定性标志物。低于产品配置覆盖度限度的类别为不可报告，并不等同于不存在。",
);
pub(crate) const MARKERS_PRESENT: Term = Term::new("Markers present", "已有标志物");
pub(crate) const MISSING: Term = Term::new("Missing", "缺失");
pub(crate) const REPORTABLE: Term = Term::new("Reportable", "可报告");
pub(crate) const YES_SIGN: Term = Term::new("✓ yes", "✓ 是");
pub(crate) const NO_SIGN: Term = Term::new("✕ no", "✕ 否");
pub(crate) const DOUBLETS_OF_CLASS: Term = Term::new("Doublets expected", "预期双细胞数");
