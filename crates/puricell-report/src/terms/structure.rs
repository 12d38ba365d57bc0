//! Heterogeneity, homogeneity, clusters and map.

use crate::lang::Term;

pub(crate) const HETEROGENEITY: Term = Term::new("Heterogeneity", "异质性");
pub(crate) const ONE_SUB_POPULATION: Term = Term::new("1 sub-population", "1 个亚群");
pub(crate) const SUB_POPULATIONS_N: Term = Term::new("{0} sub-populations", "{0} 个亚群");
pub(crate) const HETEROGENEITY_SENTENCE: Term = Term::new(
    "{0} among {1} {2} ({3}). {4}; resolution {5}, modularity {6}.",
    "{1} 个{2}（{3}）中有 {0}。{4}；分辨率 {5}，模块度 {6}。",
);
pub(crate) const SUBS_CAPTION: Term = Term::new(
    "Sub-populations of the target, largest first. The Jaccard index says how well each is found again in the bootstrap: \
     median (5 – 95\u{a0}%).",
    "目的细胞的亚群，由大到小。Jaccard 指数表示各亚群在自助重抽样中的再现程度：中位数（5%～95%）。",
);
pub(crate) const SUB_POPULATION: Term = Term::new("Sub-population", "亚群");
pub(crate) const PROGRAMME: Term = Term::new("Programme", "基因程序");
pub(crate) const JACCARD: Term = Term::new("Jaccard index", "Jaccard 指数");
pub(crate) const STABILITY: Term = Term::new("Stability", "稳定性");
pub(crate) const STABLE: Term = Term::new("✓ stable", "✓ 稳定");
pub(crate) const NOT_STABLE: Term = Term::new("✕ not stable", "✕ 不稳定");
pub(crate) const NOT_ASSESSED: Term = Term::new("not assessed", "未评估");
pub(crate) const SUBS_FIGURE: Term =
    Term::new("Sizes with exact intervals, and stability.", "各亚群大小（精确区间）及稳定性。");
pub(crate) const STABILITY_FIGURE: Term = Term::new(
    "Adjusted Rand index (ARI) to the partition of this report: 1 is the same partition, 0 what chance gives.",
    "与本报告分群的调整兰德指数（ARI）：1 为完全一致，0 为随机水平。",
);
pub(crate) const BOOTSTRAP: Term =
    Term::new("Bootstrap: {0} replicates of {1} of the {2} each{3}.", "自助法：{0} 次重抽样，每次抽取 {1} 的{2}{3}。");
pub(crate) const BOOTSTRAP_ARI: Term =
    Term::new("; agreement with this report (ARI) {0}", "；与本报告的一致性（ARI）{0}");
pub(crate) const STABLE_FROM: Term = Term::new(
    "A sub-population is called stable when its median best Jaccard index reaches {0}.",
    "亚群的最佳 Jaccard 指数中位数达到 {0} 时称为稳定。",
);
pub(crate) const OTHER_SEEDS: Term = Term::new(
    "Over {0} other seeds the agreement (ARI) lies between {1} and {2}.",
    "在另外 {0} 个随机种子下，一致性（ARI）介于 {1} 与 {2} 之间。",
);
pub(crate) const SECOND_METHOD: Term = Term::new(
    "A second method, k-means++ at the same number of groups, agrees with ARI {0}.",
    "以相同组数的 k-means++ 作为第二种方法，一致性（ARI）为 {0}。",
);
pub(crate) const SUB_MARKERS_EVENTS: Term = Term::new(
    "Markers that are higher in a sub-population than in the other events of the target: rank test with ties, p adjusted by \
     Benjamini–Hochberg; AUC is the effect size (0.5 is none). The groups were found in the same events, so p-values rank \
     markers and prove no group.",
    "亚群中高于其他目的事件的标志物：秩检验（含同秩），p 值经 Benjamini–Hochberg 校正；AUC 为效应量（0.5 为无差异）。分群与检验\
     使用同一批事件，故 p 值仅用于排序，不能证明分群。",
);
pub(crate) const SUB_MARKERS_CELLS: Term = Term::new(
    "Marker genes of each sub-population against the other target cells: rank test with ties, p adjusted by \
     Benjamini–Hochberg; AUC is the effect size (0.5 is none). The groups were found in the same data, so p-values rank genes \
     and prove no group.",
    "各亚群相对于其他目的细胞的标志基因：秩检验（含同秩），p 值经 Benjamini–Hochberg 校正；AUC 为效应量（0.5 为无差异）。分群与\
     检验使用同一数据，故 p 值仅用于排序，不能证明分群。",
);
pub(crate) const AUC: Term = Term::new("AUC", "AUC");
pub(crate) const ADJUSTED_P: Term = Term::new("Adjusted p", "校正 p 值");
pub(crate) const FOLD_CHANGE: Term = Term::new("log2 fold change", "log2 差异倍数");
pub(crate) const INSIDE: Term = Term::new("Expressed inside", "群内表达比例");
pub(crate) const OUTSIDE: Term = Term::new("outside", "群外表达比例");
pub(crate) const HOMOGENEITY: Term = Term::new("Homogeneity", "均一性");
pub(crate) const HOMOGENEITY_NOTE: Term = Term::new(
    "How alike the target cells are. This is not purity: a pure lot can be heterogeneous, and a homogeneous one can hold a \
     rare contaminant.",
    "目的细胞之间的相似程度。均一性不是纯度：纯的批次可以是异质的，均一的批次也可含有稀有杂质细胞。",
);
pub(crate) const HOMOGENEITY_CELLS: Term = Term::new(
    "Homogeneity of the target cells, with what chance alone gives within this lot.",
    "目的细胞的均一性，及本批内仅由随机性所得的参照值。",
);
pub(crate) const HOMOGENEITY_EVENTS: Term = Term::new(
    "Homogeneity of the events called target, with what chance alone gives within this lot.",
    "判定为目的细胞的事件的均一性，及本批内仅由随机性所得的参照值。",
);
pub(crate) const MEASURE: Term = Term::new("Measure", "指标");
pub(crate) const WITHIN_LOT: Term = Term::new("Within-lot reference", "批内参照");
pub(crate) const INDEX: Term = Term::new(
    "Homogeneity index (entropy-based, 0 to 1; 1 is one population)",
    "均一性指数（基于熵，0 至 1；1 为单一群体）",
);
pub(crate) const INDEX_REFERENCE: Term = Term::new(
    "{0} random splits into halves: index {1}; difference between halves {2}; median (5 – 95\u{a0}%). {3} genes deviate.",
    "随机二分 {0} 次：指数 {1}；两半之差 {2}；中位数（5%～95%）。{3} 个基因偏离。",
);
pub(crate) const INDEX_NONE: Term = Term::new("Homogeneity index", "均一性指数");
pub(crate) const SEPARATION: Term =
    Term::new("Separation of the sub-populations (1 is sampling noise)", "亚群间的分离度（1 为抽样噪声水平）");
pub(crate) const N_GROUPS: Term = Term::new("{0} groups", "{0} 组");
pub(crate) const SEPARATION_NULL: Term =
    Term::new("95th percentile for random groups of the same sizes: {0}", "相同大小随机分组的第 95 百分位数：{0}");
pub(crate) const HILL: Term = Term::new(
    "Hill numbers: the effective number of groups, with bootstrap 95\u{a0}% intervals. Order 0 counts groups, order 1 weighs \
     them by share (Shannon), order 2 the common ones (Simpson). They depend on how the groups were made.",
    "Hill 数：有效组数及自助法 95% 置信区间。0 阶为组数，1 阶按比例加权（Shannon），2 阶侧重常见组（Simpson）。其值取决于分组方式。",
);
pub(crate) const GROUPS: Term = Term::new("Groups", "分组");
pub(crate) const ORDER: Term = Term::new("Order {0}", "{0} 阶");
pub(crate) const CLUSTERS_CELLS: Term =
    Term::new("Clusters and map of all kept cells (illustration only)", "全部保留细胞的聚类与降维图（仅作示意）");
pub(crate) const CLUSTERS_EVENTS: Term = Term::new(
    "Clusters and map of a sample of the kept events (illustration only)",
    "部分保留事件的聚类与降维图（仅作示意）",
);
pub(crate) const CLUSTERS_SHORT: Term = Term::new("Clusters and map", "聚类与降维图");
pub(crate) const CLUSTERS_NOTE: Term = Term::new(
    "Clusters are not cell types and decide on no call: {0} is called by its own markers.",
    "聚类不是细胞类型，不参与判定：{0}仅依其自身标志物判定。",
);
pub(crate) const CLUSTERS_SAMPLED: Term = Term::new(
    " They are of evenly spaced kept events; every event is called.",
    "聚类取自等间隔抽取的保留事件；每个事件均经判定。",
);
pub(crate) const NEIGHBOURS_NOT_ALL: Term = Term::new(
    "Neighbours of so many {0} are not searched for among all. {1}",
    "{0}数量较大，最近邻并非在全部{0}中搜索。{1}",
);
pub(crate) const NEIGHBOURS_OF_REGIONS: Term = Term::new(
    "Each was compared with those of the {0} of {1} regions nearest to it. ",
    "每个均与最近的 {0} 个区域（共 {1} 个）中的对象比较。",
);
pub(crate) const NEIGHBOURS_FOUND: Term = Term::new(
    "{0}{1} of the exact nearest neighbours were found (measured on {2} drawn at random{3}){4}.",
    "{0}精确最近邻中有 {1} 被找到（随机抽取 {2} 个测得{3}）{4}。",
);
pub(crate) const NEIGHBOURS_INTERVAL: Term = Term::new(", 95\u{a0}% interval {0}", "，95% 置信区间 {0}");
pub(crate) const NEIGHBOURS_WANTED: Term = Term::new("; at least {0} are wanted", "；要求不低于 {0}");
pub(crate) const WITNESS: Term = Term::new("The clusters as a second witness. ", "聚类作为第二佐证。");
pub(crate) const WITNESS_LINE: Term = Term::new(
    "Of {0} {1} called {2}, {3} lie in clusters that are mostly of the target, and {4} target {1} lie in clusters mostly of \
     that class. ",
    "判定为{2}的 {0} 个{1}中，{3} 个位于以目的细胞为主的聚类；{4} 个目的{1}位于以该类别为主的聚类。",
);
pub(crate) const WITNESS_LOOK: Term = Term::new(
    "A contaminant too rare to form a cluster lies among the target; a cluster that disagrees with many calls asks for a look \
     at `{0}`.",
    "过于稀少而不能成类的杂质细胞会落在目的细胞中；若某聚类与多数判定不一致，应查看 `{0}`。",
);
pub(crate) const CLUSTERS_SENTENCE: Term = Term::new(
    "{0}, resolution {1}{2}; {3} neighbours{4}, {5} {6}; {7} clusters.",
    "{0}，分辨率 {1}{2}；{3} 个近邻{4}，{5} 个{6}；{7} 个聚类。",
);
pub(crate) const CLUSTERS_CAPTION: Term = Term::new("{0} {1} per cluster and call.", "{0}各聚类、各判定的{1}。");
pub(crate) const MODULARITY: Term = Term::new(", modularity {0}", "，模块度 {0}");
pub(crate) const SEARCHED_EXACTLY: Term = Term::new(", searched for exactly", "（精确搜索）");
pub(crate) const SEARCHED_APPROXIMATELY: Term = Term::new(", searched for approximately", "（近似搜索）");
pub(crate) const MARKERS_WORD: Term = Term::new("markers", "标志物");
pub(crate) const COMPONENTS_WORD: Term = Term::new("components", "主成分");
pub(crate) const CLUSTER: Term = Term::new("Cluster", "聚类");
pub(crate) const UMAP_FIGURE: Term = Term::new(
    "UMAP, illustration only: distances, areas and densities carry no meaning.",
    "UMAP，仅作示意：距离、面积和密度均无意义。",
);
