//! What the page offers besides reading: explorer, filters, figures, tables.

use crate::lang::Term;

pub(crate) const EXPLORER: Term = Term::new("Why was this cell called so?", "该细胞为何如此判定？");
pub(crate) const EXPLORER_SHORT: Term = Term::new("Cell explorer", "单细胞判定依据");
pub(crate) const EXPLORER_NOTE: Term = Term::new(
    "Each contaminant and suspect with the genes that decided, by weight. The log likelihood ratio compares what a cell of the \
     type named would show with what a target cell of this lot would: above 0 a gene speaks for the type, below 0 for the target. \
     A suspect shows both.",
    "列出每个杂质细胞和疑似细胞的判定基因，按权重排列。对数似然比比较所示类型的细胞与本批目的细胞的预期：大于 0 支持该类型，小于 0 \
     支持目的细胞。疑似细胞两者兼有。",
);
pub(crate) const EXPLORER_ALL: Term = Term::new(
    "All {0} such cells; the same as a table is in `evidence.tsv`.",
    "共 {0} 个此类细胞；相同内容的表格见 `evidence.tsv`。",
);
pub(crate) const EXPLORER_SOME: Term = Term::new(
    "{0} of {1} such cells, evenly spaced, to keep this page small; the other {2} are in `evidence.tsv` only.",
    "为控制页面大小，等间隔列出 {1} 个此类细胞中的 {0} 个；其余 {2} 个仅见于 `evidence.tsv`。",
);
pub(crate) const EXPLORER_TITLE_EVENTS: Term = Term::new("Why was this event called so?", "该事件为何如此判定？");
pub(crate) const EXPLORER_NOTE_EVENTS: Term = Term::new(
    "Contaminants and suspects with what each marker says, by weight. The log likelihood ratio compares this value in a cell of the \
     class named with the same in a target cell: above 0 the marker speaks for the class, below 0 for the target. A suspect shows \
     both. Values are compensated scale values.",
    "列出杂质事件和疑似事件中各标志物的证据，按权重排列。对数似然比比较该数值在所示类别的细胞与目的细胞中的可能性：大于 0 支持该类别，\
     小于 0 支持目的细胞。疑似事件两者兼有。数值为补偿后的标度值。",
);
pub(crate) const EXPLORER_EVENTS: Term = Term::new(
    "{0} of {1} such events, evenly spaced where they are not all; numbers are places in the file, from 1. `cells.parquet` has the \
     call of every event.",
    "共 {1} 个此类事件，列出 {0} 个（未全部列出时为等间隔抽取）；编号为文件中的顺序，从 1 起。全部事件的判定见 `cells.parquet`。",
);
pub(crate) const FIND_EVENT: Term = Term::new("Number or marker", "编号或标志物");
pub(crate) const EVENT: Term = Term::new("Event", "事件");
pub(crate) const MARKERS_FOR: Term =
    Term::new("Markers for the class / for the target", "支持该类别/支持目的细胞的标志物数");
pub(crate) const VALUE_SEEN: Term = Term::new("Value", "数值");
pub(crate) const EVIDENCE_OF_EVENT: Term = Term::new("Markers of the event chosen.", "所选事件的标志物。");
pub(crate) const EXPLORER_WITHOUT_SCRIPT_EVENTS: Term = Term::new(
    "This part needs the page's script, which the viewer does not run; `report.json` holds the same.",
    "此部分需运行页面脚本，当前查看程序未运行；`report.json` 内容相同。",
);
pub(crate) const EXPLORER_WITHOUT_SCRIPT: Term = Term::new(
    "This part needs the page's script, which the viewer does not run; `evidence.tsv` holds the same.",
    "此部分需运行页面脚本，当前查看程序未运行；`evidence.tsv` 内容相同。",
);
pub(crate) const CALLED: Term = Term::new("Called", "判定为");
pub(crate) const ANY_CLASS: Term = Term::new("every class", "全部类别");
pub(crate) const FIND_CELL: Term = Term::new("Barcode or gene", "条码或基因");
pub(crate) const CELL: Term = Term::new("Cell", "细胞");
pub(crate) const CALL: Term = Term::new("Call", "判定");
pub(crate) const WEIGHED_FOR: Term = Term::new("Weighed for", "比较类型");
pub(crate) const CONFIDENCE: Term = Term::new("Posterior probability of the call", "判定的后验概率");
pub(crate) const GENES_FOR: Term = Term::new("Genes for the type / for the target", "支持该类型/支持目的细胞的基因数");
pub(crate) const MOLECULES_SEEN: Term = Term::new("Molecules seen", "所见分子数");
pub(crate) const EXPECTED_IN_TARGET: Term = Term::new("Expected in a target cell", "目的细胞中预期");
pub(crate) const LOG_RATIO: Term = Term::new("Log likelihood ratio", "对数似然比");
pub(crate) const SPEAKS_FOR: Term = Term::new("Speaks for", "支持");
pub(crate) const EVIDENCE_OF_CELL: Term = Term::new("Genes of the cell chosen.", "所选细胞的基因。");
pub(crate) const NOT_KEPT: Term = Term::new("not kept", "未保留");
pub(crate) const SHOW_CLASS: Term = Term::new("Show", "显示");
pub(crate) const WITH_CELLS: Term = Term::new("classes with cells", "检出的类别");
pub(crate) const SORT_BY: Term = Term::new("Sort by this column", "按此列排序");
pub(crate) const ENLARGE: Term = Term::new("Enlarge", "放大");
pub(crate) const DOWNLOAD: Term = Term::new("Download SVG", "下载 SVG");
pub(crate) const CLOSE: Term = Term::new("Close", "关闭");
