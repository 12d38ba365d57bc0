//! Header, verdict, contents.

use crate::lang::Term;

pub(crate) const DOCUMENT: Term = Term::new("Cell composition and purity", "细胞组成与纯度");
pub(crate) const SINGLE_LOT: Term = Term::new("single lot", "单批报告");
pub(crate) const USE: Term = Term::new("Use:", "用途：");
pub(crate) const PRODUCT_NOT_STATED: Term = Term::new("Product not stated", "产品未注明");
pub(crate) const TISSUE_SOURCE: Term = Term::new("Tissue source", "组织来源");
pub(crate) const PASSAGE: Term = Term::new("Passage", "代次");
pub(crate) const SAMPLE_STATE: Term = Term::new("Sample state", "样品状态");
pub(crate) const DONOR: Term = Term::new("Donor", "供者");
pub(crate) const PROCESS_VERSION: Term = Term::new("Process version", "工艺版本");
pub(crate) const ASSAY: Term = Term::new("Assay", "检测方法");
pub(crate) const SPECIES: Term = Term::new("Species", "物种");
pub(crate) const INPUT: Term = Term::new("Input", "输入文件");
pub(crate) const VERDICT: Term = Term::new("Verdict against the specification", "与质量标准的比较结论");
pub(crate) const ONE_WARNING: Term = Term::new("1 warning", "1 条警告");
pub(crate) const WARNINGS_N: Term = Term::new("{0} warnings", "{0} 条警告");
pub(crate) const ONE_PARAMETER: Term = Term::new("1 parameter", "1 个参数");
pub(crate) const PARAMETERS_N: Term = Term::new("{0} parameters", "{0} 个参数");
pub(crate) const SET_ON_COMMAND_LINE: Term = Term::new(" set on the command line.", "由命令行设定。");
pub(crate) const DEVIATIONS: Term =
    Term::new("Deviations from the profile or specification", "与产品配置或质量标准的偏差");
pub(crate) const VERDICT_SENTENCE: Term = Term::new(
    "{0} of {1} items: {2} meet, {3} do not meet, {4} inconclusive, {5} not reportable, {6} for information only.",
    "质量标准 {0}（共 {1} 项）：{2} 项符合，{3} 项不符合，{4} 项无法判定，{5} 项不可报告，{6} 项仅供参考。",
);
pub(crate) const VERDICT_WITHOUT: Term =
    Term::new("No specification was given: every result is for information.", "未提供质量标准：全部结果仅供参考。");
pub(crate) const THE_SPECIFICATION: Term = Term::new("the specification", "（未注明）");
pub(crate) const MAJORITY: Term =
    Term::new("{0} of {1} kept {2} are {3}, not the target.", "{1} 个保留{2}中有 {0} 个被判定为{3}，而非目的细胞。");
pub(crate) const CONTENTS: Term = Term::new("Contents", "目录");
pub(crate) const ENGLISH_MESSAGES: Term = Term::new(
    "Technical messages (warnings, derivations, justifications, citations) are given in English in every language.",
    "技术性信息（警告、推导说明、限度依据、文献引用）在各语言版本中均以英文给出。",
);
pub(crate) const FOOTER: Term = Term::new(
    "report schema {0} · seed {1}. The same input, profile and version give this document again, byte for byte; \
     `manifest.json` beside it holds every hash.",
    "报告结构版本 {0} · 随机种子 {1}。相同的输入、产品配置和程序版本将逐字节重现本文件；同一目录下的 `manifest.json` \
     记录全部校验和。",
);
pub(crate) const TO_CONTENTS: Term = Term::new("Skip to the results", "跳到结果");
pub(crate) const STOP: Term = Term::new(".", "。");
