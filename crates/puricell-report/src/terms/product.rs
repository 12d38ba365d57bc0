//! What the profile asks of the product.

use crate::lang::Term;

pub(crate) const PROFILE: Term = Term::new("What the profile asks of this product", "产品配置对本产品的要求");
pub(crate) const PROFILE_SHORT: Term = Term::new("Profile", "产品配置");
pub(crate) const MIXTURE: Term = Term::new("Declared mixture", "声明的混合组成");
pub(crate) const MIXTURE_CAPTION: Term = Term::new(
    "Each component beside the range expected, as shares of the viable singlets. The ranges are what the profile expects of \
     such a product; its limits stand in a specification. Purity is the share of all components together; those marked ↳ \
     are counted within another.",
    "各组分与其预期范围并列，均为占活单细胞的比例。该范围为产品配置对此类产品的预期，限度见质量标准。纯度为全部组分之和所占比例；\
     标有 ↳ 者已计入另一组分。",
);
pub(crate) const COMPONENT: Term = Term::new("Component", "组分");
pub(crate) const RANGE_EXPECTED: Term = Term::new("Range expected", "预期范围");
pub(crate) const AGAINST_RANGE: Term = Term::new("Against the range", "与范围比较");
pub(crate) const RANGE_RESTS_ON: Term = Term::new("The range rests on", "范围依据");
pub(crate) const WITHIN_SHOWN: Term = Term::new("within, shown with 95 % confidence", "在范围内，以 95% 置信度证明");
pub(crate) const WITHIN_NOT_SHOWN: Term =
    Term::new("within; not shown with 95 % confidence", "在范围内；未能以 95% 置信度证明");
pub(crate) const OUTSIDE_SHOWN: Term = Term::new("outside, with 95 % confidence", "超出范围（95% 置信度）");
pub(crate) const OUTSIDE_OPEN: Term =
    Term::new("outside; not excluded with 95 % confidence", "超出范围；未能以 95% 置信度排除在范围内");
pub(crate) const SCREEN: Term = Term::new("Screen: {0}", "筛查：{0}");
pub(crate) const SCREEN_FOUND: Term = Term::new("{0} of {1} screened {2} found.", "筛查 {1} 个{2}，检出 {0} 个。");
pub(crate) const SCREEN_NONE: Term = Term::new(
    "No {0} found among {1} screened; the share is below {2} (one-sided 95\u{a0}%). This does not exclude a lower share.",
    "在筛查的 {1} 个{0}中未检出；其比例低于 {2}（单侧 95%）。不能排除更低的比例。",
);
pub(crate) const SCREEN_NOT: Term = Term::new("Not screened.", "未筛查。");
pub(crate) const FOUND: Term = Term::new("{0} found", "检出{0}");
pub(crate) const SCREENED: Term = Term::new("{0} screened", "筛查{0}");
pub(crate) const THOSE_KEPT: Term = Term::new("those kept", "即保留者");
pub(crate) const SHARE_AT_MOST: Term = Term::new("Share at most", "比例上限");
pub(crate) const UPPER_EXACT: Term = Term::new("one-sided 95\u{a0}% upper bound, exact", "单侧 95% 置信上限，精确法");
pub(crate) const SMALLEST: Term = Term::new("Smallest share that would have shown", "可检出的最小比例");
pub(crate) const SMALLEST_DETAIL: Term =
    Term::new("with 95\u{a0}% probability, were every such {0} recognised", "以 95% 概率，且假定每个此类{0}均能识别");
pub(crate) const MEASURED_LOD: Term = Term::new("Measured limit of detection", "实测检测限");
pub(crate) const MEASURED_LOD_DETAIL: Term =
    Term::new("from blanks of a validation study, where one was given", "来自方法学验证研究的空白样品（如有提供）");
pub(crate) const SHOWS: Term = Term::new("Shows", "可说明");
pub(crate) const CANNOT_SHOW: Term = Term::new("Cannot show", "不能说明");
pub(crate) const DECIDES_INSTEAD: Term = Term::new("Decides instead", "应以何法判定");
pub(crate) const NOT_USED: Term = Term::new("Not used", "未采用");
pub(crate) const RESTS_ON: Term = Term::new("Rests on", "依据");
pub(crate) const TRANSGENES: Term = Term::new("Transgenes", "转基因");
pub(crate) const NO_TRANSGENE: Term = Term::new(
    "No transgene is named, so none was looked for. The product is declared to be gene-modified: name the features of the \
     reference as `transgene.features`.",
    "未指定转基因，故未检测。本产品声明经基因修饰：请以 `transgene.features` 指定参考序列中的特征名。",
);
pub(crate) const TRANSGENE_CAPTION: Term = Term::new(
    "Target cells that show a transgene with {0} or more. For information: a silent copy shows none and ambient RNA may show \
     one, so this is neither the share of modified cells nor a copy number.",
    "检出转基因 {0}及以上的目的细胞。仅供参考：沉默拷贝不显示，环境 RNA 可造成假阳性，故既非修饰细胞比例，亦非拷贝数。",
);
pub(crate) const ONE_MOLECULE: Term = Term::new("one molecule", "1 个分子");
pub(crate) const MOLECULES: Term = Term::new("{0} molecules", "{0} 个分子");
pub(crate) const FEATURE: Term = Term::new("Feature", "特征");
pub(crate) const TARGET_CELLS: Term = Term::new("Target cells", "目的细胞数");
pub(crate) const ANY_OF_THEM: Term = Term::new("any of them", "其中任一");
pub(crate) const RULES: Term = Term::new("Rules of the profile for this lot", "产品配置中适用于本批的规则");
pub(crate) const RULES_CAPTION: Term = Term::new(
    "What holds for some lots only, by the passage and the sample state of the metadata.",
    "依元数据中的代次和样品状态，仅适用于部分批次的规则。",
);
pub(crate) const RULE: Term = Term::new("Rule", "规则");
pub(crate) const WHEN: Term = Term::new("When", "条件");
pub(crate) const THIS_LOT: Term = Term::new("This lot", "本批");
pub(crate) const APPLIED: Term = Term::new("Applied", "是否应用");
pub(crate) const EFFECT: Term = Term::new("Effect where applied", "应用时的效果");
pub(crate) const REASON_AND_BASIS: Term = Term::new("Reason and basis", "理由与依据");
pub(crate) const HOLDS: Term = Term::new("holds", "成立");
pub(crate) const DOES_NOT_HOLD: Term = Term::new("does not hold", "不成立");
pub(crate) const NOT_KNOWN: Term = Term::new("not known", "未知");
pub(crate) const WAS_APPLIED: Term = Term::new("✓ applied", "✓ 已应用");
pub(crate) const LEFT_OUT: Term = Term::new("– left out", "– 未应用");
pub(crate) const NO_EFFECT: Term = Term::new("says nothing about data of this kind", "不涉及此类数据");
pub(crate) const WAIVERS: Term = Term::new("What did not count", "未作为证据者");
pub(crate) const WAIVERS_GENES: Term = Term::new(
    "Genes that are no evidence in this product, by its profile.",
    "按产品配置，在本产品中不作为证据的基因。",
);
pub(crate) const WAIVERS_MARKERS: Term = Term::new(
    "Markers that are no evidence in this product, by its profile.",
    "按产品配置，在本产品中不作为证据的标志物。",
);
pub(crate) const GENE: Term = Term::new("Gene", "基因");
pub(crate) const MARKER: Term = Term::new("Marker", "标志物");
pub(crate) const WOULD_HAVE_DECIDED: Term = Term::new("Would have decided for", "原可支持的类别");
pub(crate) const REASON: Term = Term::new("Reason", "理由");
pub(crate) const WOULD_NOT: Term = Term::new("none: it would have decided for no class", "无：不支持任何类别");
