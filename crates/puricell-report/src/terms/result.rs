//! Items of the specification, purity, composition.

use crate::lang::Term;

pub(crate) const ITEMS: Term = Term::new("Items of the specification", "质量标准检项");
pub(crate) const ITEMS_CAPTION: Term = Term::new(
    "The result that decides is underlined: the point estimate, or the one-sided 95\u{a0}% bound.",
    "带下划线者为判定依据：点估计值，或单侧 95% 置信限。",
);
pub(crate) const ITEM: Term = Term::new("Item", "检项");
pub(crate) const LIMIT: Term = Term::new("Limit", "限度");
pub(crate) const SHARE: Term = Term::new("Share", "比例");
pub(crate) const INTERVAL: Term = Term::new("95\u{a0}% interval", "95% 置信区间");
pub(crate) const ONE_SIDED: Term = Term::new("One-sided 95\u{a0}%", "单侧 95% 置信限");
pub(crate) const DECIDES_NOTHING: Term = Term::new("For information, by {0}", "仅供参考：{0}");
pub(crate) const DECIDES: Term = Term::new("Decides: {0}", "判定依据：{0}");
pub(crate) const MET_BY_POINT: Term = Term::new("Met by point", "点估计符合");
pub(crate) const SHOWN: Term = Term::new("Shown (95\u{a0}%)", "以 95% 置信度证明");
pub(crate) const STATUS: Term = Term::new("Status", "结论");
pub(crate) const LIMIT_OF: Term = Term::new("Limit of {0}:", "{0} 的限度依据：");
pub(crate) const LIMIT_AT_LEAST: Term = Term::new("≥ {0} of {1}", "{1}中不低于 {0}");
pub(crate) const LIMIT_AT_MOST: Term = Term::new("≤ {0} of {1}", "{1}中不高于 {0}");
pub(crate) const ITEM_SENTENCE: Term = Term::new("{0}; {1}; {2}.", "{0}；{1}；{2}。");
pub(crate) const POINT_MEETS: Term = Term::new("meets by point estimate", "按点估计符合");
pub(crate) const POINT_FAILS: Term = Term::new("does not meet by point estimate", "按点估计不符合");
pub(crate) const POINT_NONE: Term = Term::new("no {0} to count", "无可计数的{0}");
pub(crate) const BOUND_SHOWN: Term = Term::new("shown with 95\u{a0}% confidence", "以 95% 置信度证明符合");
pub(crate) const BOUND_NOT_SHOWN: Term = Term::new("not shown with 95\u{a0}% confidence", "未能以 95% 置信度证明");
pub(crate) const BOUND_TOO_FEW: Term = Term::new(
    "not shown with 95\u{a0}% confidence, which takes at least {0} {1}",
    "未能以 95% 置信度证明（至少需要 {0} 个{1}）",
);

pub(crate) const PURITY: Term = Term::new("Purity", "纯度");
pub(crate) const NO_PURITY: Term = Term::new("No purity is claimed", "不作纯度声明");
pub(crate) const NO_PURITY_FOR: Term =
    Term::new(", for {0} kept {1} are called {2}.", "：保留的{1}中 {0} 被判定为{2}。");
pub(crate) const PURITY_REFUSED: Term = Term::new(
    "What was called the target stands below as counts, which are no statement of purity.",
    "下列目的细胞数仅为计数，不构成纯度声明。",
);
pub(crate) const PURITY_NOTE: Term = Term::new(
    "The target's share depends on what it is a share of; all denominators stand side by side.",
    "目的细胞的比例取决于所用分母；各分母的结果并列如下。",
);
pub(crate) const PURITY_MIXTURE: Term = Term::new(
    "The product is a mixture by declaration: its purity is the share of the declared components together ({0}). All \
     denominators stand side by side.",
    "本产品声明为混合物：其纯度为各声明组分（{0}）之和所占比例。各分母的结果并列如下。",
);
pub(crate) const OF_DENOMINATOR: Term = Term::new("of {0}", "占{0}");
pub(crate) const HEADLINE: Term = Term::new(" (headline)", "（主要结果）");
pub(crate) const INTERVAL_IS: Term = Term::new("95\u{a0}% interval {0}", "95% 置信区间 {0}");

pub(crate) const COMPOSITION: Term = Term::new("Composition", "组成和比例");
pub(crate) const COMPOSITION_CAPTION: Term = Term::new(
    "Share of {0} {1}. {2} {3} intervals; a class of which no {4} was found shows its one-sided 95\u{a0}% upper bound. \
     Informative rows overlap others and are in no sum.",
    "占{1}（n = {0}）的比例。{2}置信区间按{3}计算；未检出{4}的类别给出其单侧 95% 置信上限。“仅供参考”的行与其他行重叠，\
     不计入合计。",
);
pub(crate) const SHARE_OF: Term = Term::new("Share of {0} {1}. {2}", "占{1}（n = {0}）的比例。{2}");
pub(crate) const CLASS: Term = Term::new("Class", "类别");
pub(crate) const ROLE: Term = Term::new("Role", "性质");
pub(crate) const K_OF_N: Term = Term::new("k of n", "k/n");
pub(crate) const K_OF: Term = Term::new("k of {0}", "k/{0}");
pub(crate) const UPPER_BOUND: Term = Term::new("Upper bound", "置信上限");
pub(crate) const STUDIED: Term = Term::new("By the validation study", "据方法学验证研究");
pub(crate) const STUDY: Term = Term::new("Study: {0}. ", "研究：{0}。");
pub(crate) const STUDIED_CAPTION: Term = Term::new(
    "Limits for this lot’s {0} {1}. LOB: as many {2} as a blank may give with 95\u{a0}% probability, by the false calls seen \
     among the study’s distinct source {2}; a lot with no more is “not detected”, whatever its share. LOD: the share that \
     would exceed the LOB with 95\u{a0}% probability. Quantified: from the LOQ up to the highest share planted. Not \
     estimable: the study planted no {3} of the class. Corrected: for what the study saw confused; the interval carries the \
     uncertainty of the rates and of the count. A verdict rests on the share as counted.",
    "下列限值针对本批{1}（n = {0}）。空白限（LOB）：依据研究中不同来源{2}的误判数，空白样品以 95% 概率可能给出的最大{2}数；\
     不超过该数者为“未检出”，无论其比例多少。检测限（LOD）：以 95% 概率超过空白限的比例。可定量：自定量限（LOQ）至所掺入的最高\
     比例。无法估计：研究未掺入该类{3}。校正值：按研究所见的误判进行校正；区间包含误判率与计数的不确定度。结论以计数所得比例为准。",
);
pub(crate) const SHARE_COUNTED: Term = Term::new("Share as counted", "计数比例");
pub(crate) const SHARE_CORRECTED: Term = Term::new("Share corrected", "校正比例");
pub(crate) const LOB: Term = Term::new("LOB", "空白限");
pub(crate) const LOD: Term = Term::new("LOD", "检测限");
pub(crate) const LOQ: Term = Term::new("LOQ", "定量限");
pub(crate) const RESULT: Term = Term::new("Result", "结果");
pub(crate) const COMPOSITION_FIGURE: Term = Term::new(
    "Shares on a logarithmic scale, since what matters lies between 0.01\u{a0}% and 100\u{a0}%.",
    "比例以对数刻度表示，因所关注的数值在 0.01% 至 100% 之间。",
);
pub(crate) const OTHER_DENOMINATORS: Term = Term::new("With the other denominators", "以其他分母计");
pub(crate) const COUNT_AND_UNIT: Term = Term::new("{0} {1}", "{0} 个{1}");
pub(crate) const COUNT_UNIT_SHARE: Term = Term::new("{0} {1} ({2})", "{0} 个{1}（{2}）");
pub(crate) const BOUND_EXCLUDED: Term = Term::new("excluded with 95\u{a0}% confidence", "以 95% 置信度证明不符合");
