//! Sentences that come with the model in English, with their Chinese: what the stages say in fixed words.

use crate::lang::Term;
use crate::text::Text;

/// With its Chinese where it is one of the fixed sentences, else as the English message that it is.
pub(crate) fn known(english: &str) -> Text {
    let found = KNOWN.iter().find(|t| t.en == english);
    Text::named(english, found.map(|t| t.zh))
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
    Term::new("log10 likelihood ratio", "log10 似然比"),
    Term::new("markers seen", "可见标志物数"),
    Term::new("no blank (a lot known to be free of the class) was measured", "未测定空白（已知不含该类细胞的批次）"),
    // Structure.
    Term::new("Leiden on the fuzzy graph of nearest neighbours", "基于最近邻模糊图的 Leiden 聚类"),
    Term::new(
        "Leiden on the fuzzy graph of nearest neighbours of a sample of the kept events",
        "基于部分保留事件最近邻模糊图的 Leiden 聚类",
    ),
    Term::new("sub-populations of the target", "目的细胞的亚群"),
    Term::new("classes of viable singlets", "活单细胞的类别"),
    Term::new("single-cell RNA, two-key call", "单细胞 RNA 测序，双判据判定"),
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
    Term::new("Viable", "活细胞"),
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
