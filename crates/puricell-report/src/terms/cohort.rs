//! The words of the document on many lots.

use crate::cohort::{ClassComparison, Equivalence, VarianceShare};
use crate::lang::Term;
use crate::number;
use crate::text::{Sayable, Text};

pub(crate) const TITLE: Term = Term::new("Consistency of lots", "批间一致性");
pub(crate) const KICKER: Term = Term::new("Cohort of lots", "多批次汇总");
pub(crate) const N_LOTS: Term = Term::new("Lots", "批次数");
pub(crate) const READOUT: Term = Term::new("Measured", "测定内容");
pub(crate) const EXPRESSION: Term = Term::new("expression of single cells", "单细胞表达");
pub(crate) const CYTOMETRY: Term = Term::new("markers of events (cytometry)", "事件的标志物（流式）");
pub(crate) const STANDING: Term = Term::new("What so many lots allow", "批次数所支持的结论");
pub(crate) const DESCRIBE_ONLY: Term =
    Term::new("describe only: fewer than 3 lots, nothing is tested", "仅作描述：不足 3 批，不作检验");
pub(crate) const PRELIMINARY: Term = Term::new("preliminary: fewer than 20 lots", "初步：不足 20 批");
pub(crate) const SETTLED: Term = Term::new("20 lots or more", "20 批及以上");
pub(crate) const DENOMINATOR: Term = Term::new("Denominator", "分母");
pub(crate) const VERDICTS: Term = Term::new("Verdicts of the lots", "各批判定");
pub(crate) const SUMMARY: Term = Term::new("In short", "概要");

pub(crate) const S_TARGET: Term = Term::new(
    "{0}: {1} to {2} of viable singlets in {3} lots, median {4}.",
    "{0}：{3} 批中占活单细胞的 {1} 至 {2}，中位数 {4}。",
);
pub(crate) const S_NO_OUTLIER: Term =
    Term::new("No lot stands out from the others in any class.", "没有批次在任一类别上偏离其他批次。");
pub(crate) const S_OUTLIERS: Term = Term::new("{0} stand out: {1}.", "{0} 项偏离：{1}。");
pub(crate) const OUTLIER_NAMED: Term = Term::new("{0} ({1})", "{0}（{1}）");
pub(crate) const S_SIGNALS: Term = Term::new("Control charts show {0} signals.", "控制图显示 {0} 个信号。");
pub(crate) const S_COMPARED: Term = Term::new(
    "{0} {1} against {2}: equivalence shown for {3} of {4} classes, not equivalent {5}, not shown {6}, both below the bound {7}, \
     described only {8}.",
    "{0} {1} 与 {2} 比较：{4} 个类别中 {3} 个证明等效，{5} 个不等效，{6} 个未证明等效，{7} 个两组均低于界值，{8} 个仅作描述。",
);
pub(crate) const S_NO_MARGINS: Term = Term::new(
    "{0} {1} against {2}: no margins were given, so that the differences are described and nothing is decided.",
    "{0} {1} 与 {2} 比较：未给出界值，仅描述差异，不作判定。",
);
pub(crate) const VERDICT_COUNT: Term = Term::new("{0}: {1}", "{0}：{1} 批");
pub(crate) const S_LEFT_OUT: Term =
    Term::new("{0} lots or results take no part; see below.", "{0} 个批次或结果未纳入，见下文。");

pub(crate) const LOTS: Term = Term::new("Lots", "批次");
pub(crate) const LOTS_CAPTION: Term = Term::new(
    "The lots in the order of the charts, with the target's share of viable singlets and its 95\u{a0}% interval, as in each lot's report.",
    "按控制图中的顺序列出各批，目的细胞占活单细胞的比例及其 95% 区间与各批报告一致。",
);
pub(crate) const LOT: Term = Term::new("Lot", "批号");
pub(crate) const FOLDER: Term = Term::new("Lot or result", "批次或结果文件夹");
pub(crate) const VERDICT: Term = Term::new("Verdict", "判定");
pub(crate) const VIABLE: Term = Term::new("Viable singlets", "活单细胞");
pub(crate) const TARGET_SHARE: Term = Term::new("Target", "目的细胞");
pub(crate) const INTERVAL_95: Term = Term::new("95\u{a0}% interval", "95% 区间");
pub(crate) const LEFT_OUT_CAPTION: Term =
    Term::new("Lots and results that take no part, and why.", "未纳入的批次和结果及原因。");
pub(crate) const REASON: Term = Term::new("Reason", "原因");

pub(crate) const COMPOSITION: Term = Term::new("Composition over lots", "各批组成");
pub(crate) const COMPOSITION_CAPTION: Term = Term::new(
    "Shares of viable singlets. The mean and its interval are over lots, by the beta-binomial distribution; rho is the correlation of two \
     cells of one lot: 0 where lots differ no more than counting explains. The last column says how many times more the counts vary than \
     counting alone would make them.",
    "占活单细胞的比例。均值及其区间按 β-二项分布在批次间估计；ρ 为同一批中两个细胞的相关：0 表示批间差异不超过计数误差。末列为计数变异相对于单纯\
     计数误差的倍数。",
);
pub(crate) const CLASS: Term = Term::new("Class", "类别");
pub(crate) const LEAST: Term = Term::new("Least", "最小");
pub(crate) const MEDIAN: Term = Term::new("Median", "中位数");
pub(crate) const MOST: Term = Term::new("Most", "最大");
pub(crate) const MEAN: Term = Term::new("Mean (95\u{a0}% interval)", "均值（95% 区间）");
pub(crate) const RHO: Term = Term::new("rho", "ρ");
pub(crate) const INFLATION: Term = Term::new("Variation, times counting", "变异倍数");

pub(crate) const VARIANCE: Term = Term::new("What the lots vary by", "批间变异的来源");
pub(crate) const VARIANCE_CAPTION: Term = Term::new(
    "Shares of the variance of the logits, with 95\u{a0}% intervals of a parametric bootstrap. Factors with five levels or more have random \
     effects (restricted maximum likelihood), those with fewer fixed ones. Lot: what is left between lots of the same levels. Counting: what a \
     limited number of cells adds.",
    "各因素占 logit 方差的比例，95% 区间由参数自助法得到。五个及以上水平的因素按随机效应（限制性最大似然），较少者按固定效应。“批”为相同水平各批之间的\
     剩余变异，“计数”为细胞数有限所带来的变异。",
);
pub(crate) const LEVELS_OF: Term = Term::new("{0} ({1} levels)", "{0}（{1} 个水平）");
pub(crate) const LEVEL_OF: Term = Term::new("{0} (1 level)", "{0}（1 个水平）");
pub(crate) const NOT_PARTITIONED: Term = Term::new("What has no share, and why.", "未给出占比的项目及原因。");
pub(crate) const NOT_ESTIMABLE: Term = Term::new("Not estimable", "不可估计");
pub(crate) const NOT_ESTIMABLE_AS: Term = Term::new("not estimable: {0}", "无法估计：{0}");
pub(crate) const VARIANCE_TITLE: Term = Term::new("What {0} lots vary by", "{0} 批的变异来源");
pub(crate) const VARIANCE_AXIS: Term =
    Term::new("share of the variance of the logits, % (95\u{a0}% interval)", "占 logit 方差的比例，%（95% 区间）");
pub(crate) const VARIANCE_ALT: Term = Term::new(
    "For each class the share of its variance that goes with each factor (discs) and that no factor explains (squares), with 95\u{a0}% intervals; \
     where there is none, why.",
    "各类别方差中归于各因素的占比（圆点）和未被任何因素解释的占比（方框），附 95% 区间；无占比者列出原因。",
);
pub(crate) const P_LOT: Term = Term::new("lot", "批");
pub(crate) const P_COUNTING: Term = Term::new("counting", "计数");

pub(crate) const CONTROL: Term = Term::new("Control charts", "控制图");
pub(crate) const CONTROL_CAPTION: Term = Term::new(
    "Lots in their order. Limits three standard deviations from the centre: of individuals by their moving range on the logit scale, or, for \
     rare classes, Laney's p' chart. A lot beyond its limits and the ninth in a row on one side of the centre are signals.",
    "各批按顺序排列。控制限为中心线上下三倍标准差：一般类别为 logit 尺度上的单值-移动极差图，稀少类别为 Laney p' 图。超出控制限的批次以及连续\
     第九批位于中心线同侧者为信号。",
);
pub(crate) const CHART_TITLE: Term = Term::new("{0}: lots in their order", "{0}：各批按顺序");
pub(crate) const CHART_ALT: Term = Term::new(
    "{0}, {1} lots: a point is a lot's share of viable singlets with its 95\u{a0}% interval; the line is the centre, dashed are the control limits; squares are \
     signals.",
    "{0}，{1} 批：点为该批占活单细胞的比例及其 95% 区间，实线为中心线，虚线为控制限，方块为信号。",
);
pub(crate) const LOTS_IN_ORDER: Term = Term::new("lots in their order", "批次顺序");
pub(crate) const SHARE_AXIS: Term = Term::new("share of viable singlets, %", "占活单细胞的比例，%");
pub(crate) const CENTRE: Term = Term::new("Centre", "中心线");
pub(crate) const CHART: Term = Term::new("Chart", "控制图类型");
pub(crate) const INDIVIDUALS: Term = Term::new("individuals", "单值图");
pub(crate) const P_PRIME: Term = Term::new("Laney p'", "Laney p' 图");
pub(crate) const CONTROL_LIMITS: Term = Term::new("Control limits", "控制限");
pub(crate) const SIGNALS: Term = Term::new("Signals", "信号");
pub(crate) const BEYOND: Term = Term::new("{0} (beyond its limits)", "{0}（超出控制限）");
pub(crate) const RUN: Term = Term::new("{0} (run of nine)", "{0}（连续九点同侧）");

pub(crate) const OUTLIERS: Term = Term::new("Lots that stand out", "偏离的批次");
pub(crate) const OUTLIERS_CAPTION: Term = Term::new(
    "Each lot is held against what all other lots predict for 95\u{a0}% of lots. p is adjusted for all lots and classes (Holm); below 0.05 a lot is \
     named.",
    "每一批均与其他各批对 95% 批次的预测范围比较。p 已按全部批次和类别校正（Holm 法），低于 0.05 者列出。",
);
pub(crate) const FOUND: Term = Term::new("Found", "实测");
pub(crate) const EXPECTED: Term = Term::new("Expected by the others", "其他批次的预测范围");
pub(crate) const P_ADJUSTED: Term = Term::new("p, adjusted", "校正 p 值");

/// What a part of the variance is called: a factor with its levels, or what is left.
pub(crate) fn variance_part(part: &VarianceShare) -> Text {
    match part.name.as_str() {
        "lot" => P_LOT.said(),
        "counting" => P_COUNTING.said(),
        name if part.n_levels == 1 => LEVEL_OF.with(&[&name]),
        name => LEVELS_OF.with(&[&name, &Text::Number(number::count(part.n_levels))]),
    }
}

pub(crate) const TRENDS: Term = Term::new("Trends", "趋势");
pub(crate) const TRENDS_CAPTION: Term = Term::new(
    "Factor by which the odds of the class change per year or per passage, by least squares of the logits, with its 95\u{a0}% interval; p is adjusted \
     for all lines, those of sub-classes (in `cohort.json`) among them.",
    "该类别的比值（odds）每年或每代的变化倍数，按 logit 的最小二乘拟合，附 95% 区间；p 已按全部直线（含 `cohort.json` 中的亚类）校正。",
);
pub(crate) const AGAINST: Term = Term::new("Against", "自变量");
pub(crate) const PER_YEAR: Term = Term::new("date, per year", "日期，每年");
pub(crate) const PER_PASSAGE: Term = Term::new("passage, per passage", "代次，每代");
pub(crate) const ODDS_RATIO: Term = Term::new("Odds ratio", "比值比（OR）");

pub(crate) const LIMITS: Term = Term::new("Where limits may lie", "限度的设定");
pub(crate) const LIMITS_CAPTION: Term = Term::new(
    "One-sided bounds: lower ones of the target, lower and upper ones of what belongs to the product besides, each by itself, upper ones of all else. Normal on the logit scale and without assumption: 95\u{a0}% of lots with \
     95\u{a0}% confidence. Next lot: what the next lot keeps with 95\u{a0}% probability, for rare classes. These describe the lots made so far; a limit needs a clinical \
     reason, too.",
    "单侧界值：目的细胞为下限，产品所含的其他组分为下限和上限（各自单侧），其余为上限。logit 正态法和非参数法：以 95% 置信度覆盖 95% 的批次。“下一批”：下一批以 95% 概率不超过的界值，用于稀少类别。\
     这些数值描述已生产的批次；限度还须有临床依据。",
);
pub(crate) const LOGIT_NORMAL: Term = Term::new("Normal on logits", "logit 正态法");
pub(crate) const NON_PARAMETRIC: Term = Term::new("Without assumption", "非参数法");
pub(crate) const NEXT_LOT: Term = Term::new("Next lot", "下一批");
pub(crate) const LIMIT: Term = Term::new("Limit of the lots", "现行限度");
pub(crate) const PPK: Term = Term::new("Ppk (95\u{a0}% interval)", "Ppk（95% 区间）");
pub(crate) const N_BEYOND: Term = Term::new("Lots beyond the limit", "超限批次数");
pub(crate) const NO_CELL: Term = Term::new("no cell", "0 个");
pub(crate) const AT_LEAST: Term = Term::new("≥\u{a0}{0}", "≥{0}");
pub(crate) const AT_MOST: Term = Term::new("≤\u{a0}{0}", "≤{0}");

pub(crate) const DISTANCES: Term = Term::new("Distances between lots", "批间距离");
pub(crate) const DISTANCES_CAPTION: Term = Term::new(
    "Distances between halves of two lots, against distances between halves of one lot (95\u{a0}% of which lie below the bound given). Made of: {0}.",
    "两批各取一半之间的距离，与同一批两半之间的距离（95% 低于所列界值）比较。所用类别：{0}。",
);
pub(crate) const MEASURE: Term = Term::new("Measure", "度量");
pub(crate) const HALVES_OF_ONE: Term =
    Term::new("Halves of one lot: median, 95\u{a0}% bound", "同批两半：中位数、95% 界值");
pub(crate) const BETWEEN: Term = Term::new("Between lots: median, largest", "批间：中位数、最大值");
pub(crate) const PAIRS_BEYOND: Term = Term::new("Pairs beyond the bound", "超出界值的批对");
pub(crate) const FARTHEST: Term = Term::new("Farthest pair", "最远的一对");
pub(crate) const TO_CONTROL: Term = Term::new("To {0}: median of the lots", "至 {0}：各批中位数");
pub(crate) const AITCHISON: Term = Term::new("Aitchison", "Aitchison 距离");
pub(crate) const JENSEN_SHANNON: Term = Term::new("Jensen–Shannon", "Jensen–Shannon 距离");

pub(crate) const DISTANCES_TITLE: Term =
    Term::new("Composition: distances of {0} lots from each other", "组成：{0} 批之间的距离");
pub(crate) const EXPRESSION_TITLE: Term = Term::new(
    "Expression of the target cells: distances of {0} lots from each other",
    "目的细胞的表达：{0} 批之间的距离",
);
pub(crate) const DISTANCES_ALT: Term = Term::new(
    "A row per lot, a tooth for its distance to each other lot: long where the two are further apart than halves of one lot, short where they are not. \
     Dashed: distance between halves of one lot. Squares, where there are any: the lot known to be different.",
    "每行一批，每个齿为该批与另一批的距离：长齿表示两批距离大于同一批两半之间的距离，短齿表示不大于。虚线为同一批两半之间的距离；方块（如有）为与已知不同批次的距离。",
);
pub(crate) const LONG_TOOTH: Term = Term::new("a pair further apart than halves of one lot", "距离大于同批两半的批对");
pub(crate) const SHORT_TOOTH: Term = Term::new("a pair no further apart than those", "距离不大于同批两半的批对");
pub(crate) const HALVES_BOUND: Term =
    Term::new("halves of one lot: 95\u{a0}% are nearer than this", "同批两半：95% 小于此值");
pub(crate) const HALVES_MIDDLE: Term = Term::new("halves of one lot: median distance", "同批两半：距离中位数");
pub(crate) const DISTANCE_TO: Term = Term::new("distance to {0}, known to be different", "与已知不同批次 {0} 的距离");

/// What a distance between compositions is called.
pub(crate) fn composition_measure(name: &str) -> Text {
    if name == "aitchison" { AITCHISON.said() } else { JENSEN_SHANNON.said() }
}

/// What a distance between expressions is called.
pub(crate) fn expression_measure(name: &str) -> Text {
    match name {
        "pseudobulk_correlation" => PSEUDOBULK_CORRELATION.said(),
        "pseudobulk_log_ratio" => PSEUDOBULK_LOG_RATIO.said(),
        "marker_emd" => MARKER_EMD.said(),
        "sliced_emd" => SLICED_EMD.said(),
        other => Text::Same(other.to_owned()),
    }
}

pub(crate) const EXPRESSION_DISTANCES: Term = Term::new("Expression of the target cells", "目的细胞的表达");
pub(crate) const EXPRESSION_CAPTION: Term = Term::new(
    "Distances between halves of two lots against distances between halves of one. Depth and chemistry of sequencing, voltages and reagents are not taken out: lots that were measured differently are apart by that, \
     too, so that the share of the distance to a lot known to be different says more than the count of pairs.",
    "两批各取一半之间的距离与同一批两半之间的距离比较。测序深度、化学版本、电压和试剂的影响未予扣除，测定条件不同的批次也会因此相距较远；故与已知不同批次的距离之比较批对数更具意义。",
);
pub(crate) const PSEUDOBULK_CORRELATION: Term = Term::new("pseudobulk, 1 − correlation", "伪批量，1 − 相关系数");
pub(crate) const PSEUDOBULK_LOG_RATIO: Term = Term::new("pseudobulk, log2 ratio", "伪批量，log2 比值");
pub(crate) const MARKER_EMD: Term = Term::new("earth mover's, per gene or marker", "推土机距离，按基因或标志物");
pub(crate) const SLICED_EMD: Term = Term::new("earth mover's, sliced", "切片推土机距离");
pub(crate) const HALVES_MEDIAN: Term = Term::new("Halves of one lot, median", "同批两半，中位数");
pub(crate) const LOTS_MEDIAN: Term = Term::new("Between lots, median", "批间，中位数");
pub(crate) const PAIRS_FURTHER: Term = Term::new("Pairs further apart", "距离更远的批对");
pub(crate) const OF_CONTROL: Term = Term::new("Share of the distance to the different lot", "与已知不同批次距离之比");

pub(crate) const COMPARISON: Term = Term::new("Comparability: {0} {1} against {2}", "可比性：{0} {1} 与 {2}");
pub(crate) const COMPARISON_CAPTION: Term = Term::new(
    "Odds ratio, {1} over {0}, with its 90\u{a0}% interval: equivalent where the interval lies within the margin (two one-sided tests at 5\u{a0}%). Margins: \
     {2}. Equivalence that is not shown is not a difference, and a difference that is not seen is no equivalence. Power: the chance of showing equivalence with \
     so many lots, if there were no difference.",
    "比值比（{1} 相对 {0}）及其 90% 区间：区间位于界值之内即为等效（双单侧检验，5%）。界值：{2}。未证明等效不等于有差异，未见差异也不等于等效。把握度：若确无差异，以现有批\
     数证明等效的概率。",
);
pub(crate) const NO_MARGINS: Term = Term::new("none were given, so that nothing is decided", "未给出，故不作判定");
pub(crate) const CELLS_OF: Term = Term::new("Cells, {0}", "细胞数，{0}");
pub(crate) const INTERVAL_90: Term = Term::new("90\u{a0}% interval", "90% 区间");
pub(crate) const MARGIN: Term = Term::new("Margin", "界值");
pub(crate) const POWER: Term = Term::new("Power", "把握度");
pub(crate) const SHOWN: Term = Term::new("Shown", "结论");
pub(crate) const EQUIVALENT: Term = Term::new("equivalent", "等效");
pub(crate) const NOT_EQUIVALENT: Term = Term::new("not equivalent", "不等效");
pub(crate) const NOT_SHOWN: Term = Term::new("equivalence not shown", "未证明等效");
pub(crate) const BOTH_BELOW: Term = Term::new("both below {0}", "两组均低于 {0}");
pub(crate) const DESCRIBED: Term = Term::new("described only", "仅作描述");

pub(crate) const COMPARISON_ALT: Term = Term::new(
    "Odds ratio of each class, {0} over {1}, with its 90\u{a0}% interval (a point on a line); the shaded range lies within the margin fixed beforehand; the word \
     says what is shown.",
    "各类别的比值比（{0} 相对 {1}）及其 90% 区间（点和线）；阴影为预先设定的界值范围；文字为结论。",
);
pub(crate) const RATIO_AND_INTERVAL: Term = Term::new("odds ratio (90\u{a0}% interval)", "比值比（90% 区间）");
pub(crate) const RATIO_AXIS: Term =
    Term::new("odds ratio, {0} over {1} (log scale)", "比值比，{0} 相对 {1}（对数刻度）");
pub(crate) const WITHIN_MARGIN: Term = Term::new("within the margin", "界值之内");

/// What a comparison of one class shows.
pub(crate) fn shown(class: &ClassComparison) -> Text {
    match class.shown {
        Equivalence::Equivalent => EQUIVALENT.said(),
        Equivalence::NotEquivalent => NOT_EQUIVALENT.said(),
        Equivalence::EquivalenceNotShown => NOT_SHOWN.said(),
        Equivalence::BothBelow => {
            let bound = class.both_below.map(number::given_percent).unwrap_or_default();
            BOTH_BELOW.with(&[&Text::Number(bound)])
        }
        Equivalence::DescribeOnly => DESCRIBED.said(),
    }
}

pub(crate) const BRIDGING: Term = Term::new("Bridging: lots with {0} {1}", "桥接：{0} 为 {1} 的批次");
pub(crate) const BRIDGING_CAPTION: Term = Term::new(
    "Each new lot against what {0} reference lots predict for 95\u{a0}% of lots.",
    "每一新批与 {0} 个参照批次对 95% 批次的预测范围比较。",
);
pub(crate) const WITHIN: Term = Term::new("Within", "在范围内");
pub(crate) const YES: Term = Term::new("yes", "是");
pub(crate) const NO: Term = Term::new("no", "否");

pub(crate) const METHODS: Term = Term::new("Expression and cytometry of the same lots", "同批的单细胞表达与流式检测");
pub(crate) const METHODS_CAPTION: Term = Term::new(
    "Difference of the logits as an odds ratio, cytometry over expression, with its 95\u{a0}% interval; limits between which 95\u{a0}% of lots differ (Bland and \
     Altman); Lin's coefficient of concordance. The two do not measure the same: RNA of a surface marker may be absent where the protein is present (CD45), protein may be \
     shed or cleaved by the enzyme that detached the cells (CD105), and viability is dye exclusion here and an RNA surrogate there.",
    "logit 之差以比值比表示（流式相对表达），附 95% 区间；95% 批次差异所在的界限（Bland–Altman）；Lin 一致性相关系数。两法所测并不相同：表面标志物的蛋白存在时其 RNA 可能测不到\
     （CD45），蛋白可能脱落或被消化酶切除（CD105），活率在流式中为染料排除、在表达中为 RNA 替代指标。",
);
pub(crate) const BY_BOTH: Term = Term::new("Lots by both", "两法均测的批次");
pub(crate) const AGREE_LIMITS: Term = Term::new("95\u{a0}% limits of agreement", "95% 一致性界限");
pub(crate) const CONCORDANCE: Term = Term::new("Concordance (95\u{a0}% interval)", "一致性系数（95% 区间）");
pub(crate) const PAIRS_CAPTION: Term = Term::new(
    "Cytometry less expression, with Newcombe's 95\u{a0}% interval of the difference of two shares.",
    "流式减表达，附两比例之差的 Newcombe 95% 区间。",
);
pub(crate) const BY_EXPRESSION: Term = Term::new("By expression", "表达");
pub(crate) const BY_CYTOMETRY: Term = Term::new("By cytometry", "流式");
pub(crate) const DIFFERENCE: Term = Term::new("Difference", "差值");

pub(crate) const MARKERS: Term = Term::new("RNA and protein of the same markers", "同一标志物的 RNA 与蛋白");
pub(crate) const MARKER: Term = Term::new("Marker (gene)", "标志物（基因）");
pub(crate) const ANSWERS: Term = Term::new("What each answers", "两者各回答什么");
pub(crate) const FINDINGS: Term = Term::new("Finding, number of lots", "结论及批次数");
pub(crate) const ANSWERS_CAPTION: Term = Term::new(
    "Where RNA and protein answer different questions. RNA is a molecule counted in a cell, and a lower bound: a cell that is not seen to hold it may hold it still. Protein is an antibody's light above a threshold. Memory: \
     general knowledge, to be validated before a claim rests on it.",
    "RNA 与蛋白回答不同问题之处。RNA 为细胞中计数到的分子，所得为下界：未测到的细胞仍可能含有。蛋白为抗体信号高于阈值。“memory”指一般知识，作为结论依据前须经验证。",
);
pub(crate) const MARKER_PAIRS_CAPTION: Term = Term::new(
    "Viable singlets with at least one molecule of the gene, and positive events, with exact 95\u{a0}% intervals; protein less RNA with Newcombe's interval. Expected: share of cells in which RNA would be seen if as many as carry the protein \
     held the gene's molecules alike, in proportion to a depth that varies as the lot's does (negative binomial). Below the protein, RNA is as dropout predicts where its interval reaches what is expected at the lower end of the \
     protein's and lies above the most that half as many cells could give; beyond dropout where it lies below what is expected; else the molecules are too few to tell. A finding says what chance does not explain, not what matters.",
    "至少含一个该基因分子的活单细胞与阳性事件，附精确 95% 区间；差值为蛋白减 RNA，附 Newcombe 区间。预期：若携带蛋白的那一部分细胞同样地含有该基因的分子（与深度成比例，深度变异同本批，负二项分布），可测到 RNA 的\
     细胞比例。RNA 低于蛋白时：其区间达到蛋白区间下端的预期值、且高于仅半数细胞含 RNA 时可能的最大值，则与漏检相符；整个区间低于预期值则超出漏检；否则分子过少，无法判断。结论说明的是偶然性不能解释的差异，而非其重要性。",
);
pub(crate) const MARKERS_CAPTION: Term = Term::new(
    "Over lots: difference of the logits as an odds ratio, protein over RNA, with its 95\u{a0}% interval, limits between which 95\u{a0}% of lots differ (Bland and Altman), and Lin's coefficient of concordance; from three lots on. That the \
     two rise and fall together is told by the concordance only where they are also equal.",
    "各批合并：logit 之差以比值比表示（蛋白相对 RNA），附 95% 区间、95% 批次差异所在的界限（Bland–Altman）及 Lin 一致性相关系数；至少三批。一致性系数高须两者同升降且数值相等。",
);
pub(crate) const RNA_SEEN: Term = Term::new("RNA seen", "测到 RNA");
pub(crate) const PROTEIN_CARRIED: Term = Term::new("Protein positive", "蛋白阳性");
pub(crate) const EXPECTED_BY_DROPOUT: Term = Term::new("RNA expected by dropout", "按漏检预期的 RNA");
pub(crate) const FINDING: Term = Term::new("Finding", "结论");
pub(crate) const FINDING_COUNT: Term = Term::new("{0}: {1}", "{0}：{1} 批");
pub(crate) const NO_DIFFERENCE: Term = Term::new("no difference seen", "未见差异");
pub(crate) const AS_DROPOUT: Term = Term::new("RNA below protein, as dropout predicts", "RNA 低于蛋白，与漏检相符");
pub(crate) const TOO_FEW_MOLECULES: Term =
    Term::new("RNA below protein, too few molecules to tell why", "RNA 低于蛋白，分子过少，无法判断原因");
pub(crate) const BEYOND_DROPOUT: Term =
    Term::new("RNA below protein, beyond dropout", "RNA 低于蛋白，超出漏检所能解释");
pub(crate) const RNA_ABOVE: Term = Term::new("RNA above protein", "RNA 高于蛋白");

pub(crate) const WORDS_TRUE: Term = Term::new(
    "This document describes lots by their own reports. It supports setting limits and judging comparability; it replaces neither the clinical justification of a limit nor \
     the judgement of a qualified person.",
    "本文件依据各批自身的报告对批次进行描述，可为限度设定和可比性判断提供支持，不能替代限度的临床依据和有资质人员的判断。",
);
pub(crate) const RESULTS_CAPTION: Term = Term::new(
    "What was read, with its SHA-256; each result's own record says how it was made.",
    "所读取的文件及其 SHA-256；各结果的记录说明其产生过程。",
);
