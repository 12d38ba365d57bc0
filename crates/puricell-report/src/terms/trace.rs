//! Warnings, parameters, hashes, method, signatures.

use crate::lang::Term;

pub(crate) const WARNINGS: Term = Term::new("Warnings", "警告");
pub(crate) const NONE_SENTENCE: Term = Term::new("None.", "无。");
pub(crate) const PARAMETERS: Term = Term::new("Parameters", "参数");
pub(crate) const PARAMETERS_CAPTION: Term =
    Term::new("Every effective parameter and where its value came from.", "全部生效参数及其取值来源。");
pub(crate) const PARAMETERS_MARKED: Term =
    Term::new(" Those set on the command line are marked with ▸.", "由命令行设定者标有 ▸。");
pub(crate) const PARAMETER: Term = Term::new("Parameter", "参数");
pub(crate) const SOURCE: Term = Term::new("Source", "来源");
pub(crate) const INPUTS: Term = Term::new("Inputs and hashes", "输入文件与校验和");
pub(crate) const INPUTS_CAPTION: Term = Term::new(
    "Inputs are opened read-only; SHA-256 of each file as it was read.",
    "输入文件以只读方式打开；SHA-256 按实际读取内容计算。",
);
pub(crate) const WHAT: Term = Term::new("What", "类别");
pub(crate) const NAME: Term = Term::new("Name", "名称");
pub(crate) const DETAIL: Term = Term::new("Detail", "说明");
pub(crate) const SHA256: Term = Term::new("SHA-256", "SHA-256");
pub(crate) const VERSION_BUILT_IN: Term = Term::new("version {0}, built-in", "版本 {0}，内置");
pub(crate) const VERSION_FILE: Term = Term::new("version {0}, file", "版本 {0}，文件");
pub(crate) const BUILT_IN: Term = Term::new("built-in", "内置");
pub(crate) const FILE: Term = Term::new("file", "文件");
pub(crate) const INPUT_KIND: Term = Term::new("input", "输入");
pub(crate) const METHOD: Term = Term::new("Method and its limits", "方法及其局限");
pub(crate) const METHOD_SHORT: Term = Term::new("Method and limits", "方法与局限");
pub(crate) const LIMITS_EVENTS: Term = Term::new(
    "Surface markers are not unique to a cell type: the marker criteria do not tell a stromal cell of the product from another \
     fibroblast. The intervals hold for the sampling of events from one vial; they say nothing of other vials or lots, nor of \
     staining, compensation or the position of gates.",
    "表面标志物并非某一细胞类型所特有：标志物标准不能区分产品的基质细胞与其他成纤维细胞。区间仅反映单支样品的事件抽样误差，不涉及\
     其他支或其他批次，亦不涉及染色、补偿或设门位置的影响。",
);
pub(crate) const LIMITS_CELLS: Term = Term::new(
    "RNA does not replace a viability dye, and transcripts are not surface proteins: flow cytometry remains the method of \
     release. The intervals hold for the sampling of cells from one vial; they say nothing of other vials or lots.",
    "RNA 指标不能替代活性染料，转录本不等于表面蛋白：放行检验仍应采用流式细胞术。区间仅反映单支样品的细胞抽样误差，不涉及其他支或\
     其他批次。",
);
pub(crate) const METHOD_EVENTS: Term = Term::new(
    "An event is called by the calibrated evidence of its own markers; a contaminant class needs several of them, never one \
     marker alone, and never a map node or a cluster. Events that carry the evidence of both are suspects (doublet or \
     coincidence) and counted apart; events that fit no class stay unassigned. Thresholds come from controls where there are \
     any, otherwise from two populations that a valley parts, or from what the channels that the target lacks show as \
     background; where none of these tells stained from unstained the marker is not used. Shares carry exact Clopper–Pearson \
     intervals; a class of which no event was found is given by its one-sided 95\u{a0}% upper bound, 1 − 0.05^(1/n). What could \
     not be estimated is NA, never zero.",
    "每个事件依其自身标志物的校准证据判定；杂质类别须有多个标志物支持，绝不依单一标志物，亦不依映射节点或聚类。同时具备两类证据的\
     事件列为疑似（双细胞或同时通过），单独计数；不符合任何类别者为未归类。有对照时阈值来自对照，否则来自以谷分开的两个群体，或来自\
     目的细胞所缺通道的背景；均不能区分染色与未染色时，不使用该标志物。比例给出精确 Clopper–Pearson 区间；未检出事件的类别以单侧 \
     95% 置信上限 1 − 0.05^(1/n) 表示。无法估计者为 NA，绝不记为零。",
);
pub(crate) const METHOD_CELLS: Term = Term::new(
    "Contaminants are looked for before the cut-offs meant for stromal cells; a class needs several of its markers and a low \
     stromal score, never one gene and never a cluster. Cells that are high in both are suspects (doublet or ambient RNA) and \
     counted apart; cells that fit no class stay unassigned. Shares carry exact Clopper–Pearson intervals; a class of which no \
     cell was found is given by its one-sided 95\u{a0}% upper bound, 1 − 0.05^(1/n). What could not be estimated is NA, never \
     zero.",
    "在应用针对基质细胞的界值之前先查找杂质细胞；某一类别须有其多个标志物支持且基质评分低，绝不依单一基因或聚类。两者均高的细胞列为\
     疑似（双细胞或环境 RNA），单独计数；不符合任何类别者为未归类。比例给出精确 Clopper–Pearson 区间；未检出细胞的类别以单侧 95% \
     置信上限 1 − 0.05^(1/n) 表示。无法估计者为 NA，绝不记为零。",
);
pub(crate) const METHOD_NEIGHBOURS: Term = Term::new(
    "Nearest neighbours were searched for in part of the space only, and a measured share of them was missed (see ",
    "最近邻仅在部分空间中搜索，有经测定的一部分未被找到（见",
);
pub(crate) const METHOD_NEIGHBOURS_END: Term = Term::new(
    "). Clusters, sub-populations and the map rest on them; no call, count or interval does.",
    "）。聚类、亚群和降维图以其为基础；判定、计数和区间均不受影响。",
);
pub(crate) const SIGNATURES: Term = Term::new("Signatures", "签名");
pub(crate) const SIGNATURES_CAPTION: Term =
    Term::new("Signatures (placeholders: the program never signs)", "签名（签名位：本程序从不代为签名）");
pub(crate) const SIGNATURE_MEANING: Term = Term::new("Meaning", "含义");
pub(crate) const SIGNER: Term = Term::new("Name", "姓名");
pub(crate) const SIGNATURE: Term = Term::new("Signature", "签名");
pub(crate) const DATE: Term = Term::new("Date", "日期");
pub(crate) const PREPARED: Term = Term::new("Prepared", "编制");
pub(crate) const REVIEWED: Term = Term::new("Reviewed", "复核");
pub(crate) const APPROVED: Term = Term::new("Approved", "批准");
pub(crate) const GLOSSARY_TITLE: Term = Term::new("Glossary", "术语对照");
