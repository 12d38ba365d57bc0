//! The words of closed lists, as documents print them.

/// The words for a value of a key, in English and in Chinese, or nothing where it is no closed list.
pub(super) fn of(key: &str, value: &str) -> Option<[&'static [&'static str]; 2]> {
    let (_, _, en, zh) = WORDS.iter().find(|(keys, of, ..)| keys.contains(&key) && *of == value)?;
    Some([*en, *zh])
}

/// Another value of the same key.
pub(super) fn other(key: &str, value: &str) -> Option<&'static str> {
    WORDS.iter().find(|(keys, of, ..)| keys.contains(&key) && *of != value).map(|(_, of, ..)| *of)
}

/// Keys, a value of theirs, and what is printed for it.
type Word = (&'static [&'static str], &'static str, &'static [&'static str], &'static [&'static str]);

/// Stands for the key of a denominator: its words name a row and are in none.
pub(super) const NAMED_BY: &str = "a row's denominator";

const STATUS: &[&str] = &["overall", "status"];
const READING: &[&str] = &["meets_by_point", "shown_with_confidence"];

const WORDS: &[Word] = &[
    (&[NAMED_BY], "all_events", &["all events"], &["全部事件"]),
    (&[NAMED_BY], "viable_singlets", &["viable singlets"], &["活单细胞"]),
    (&[NAMED_BY], "classified", &["classified"], &["已归类"]),
    (STATUS, "meets", &["✓ meets"], &["✓ 符合"]),
    (STATUS, "does_not_meet", &["✕ does not meet"], &["✕ 不符合"]),
    (STATUS, "inconclusive", &["? inconclusive"], &["? 无法判定"]),
    (STATUS, "informative", &["i informative"], &["i 仅供参考"]),
    (STATUS, "not_reportable", &["– not reportable"], &["– 不可报告"]),
    (READING, "true", &["yes"], &["是"]),
    (READING, "false", &["no"], &["否"]),
    (&["decision"], "point", &["Decides: point estimate"], &["判定依据：点估计值"]),
    (&["decision"], "bound95", &["Decides: one-sided 95 % bound"], &["判定依据：单侧 95% 置信限"]),
    (&["result"], "not_detected", &["not detected"], &["未检出"]),
    (&["result"], "detected_below_loq", &["detected, below LOQ"], &["检出，低于定量限"]),
    (&["result"], "quantified", &["quantified"], &["可定量"]),
    (&["result"], "above_range", &["above the range studied"], &["高于研究范围"]),
    (&["reportable"], "true", &["yes"], &["是"]),
    (&["reportable"], "false", &["no"], &["否"]),
    (&["separable"], "false", &["not separable"], &["无法区分"]),
    (&["headline"], "true", &["(headline)"], &["（主要结果）"]),
    (&["built_in"], "true", &["built-in"], &["内置"]),
    (&["built_in"], "false", &["file"], &["文件"]),
    (&["used"], "true", &["▸", "(used)"], &["▸", "（所用）"]),
    (&["source"], "built_in", &["built-in"], &["内置"]),
    (&["source"], "profile", &["profile"], &["产品配置"]),
    (&["source"], "spec", &["specification"], &["质量标准"]),
    (&["source"], "file", &["file"], &["文件"]),
    (&["source"], "command_line", &["command line"], &["命令行"]),
    (&["source"], "fmo", &["FMO control"], &["荧光减一对照"]),
    (&["source"], "unstained", &["unstained control"], &["未染色对照"]),
    (&["source"], "mixture", &["mixture of the lot"], &["本批两群分布"]),
    (&["use"], "characterisation", &["characterisation"], &["表征"]),
    (&["use"], "release", &["release"], &["放行检验"]),
    (&["stable"], "true", &["✓ stable"], &["✓ 稳定"]),
    (&["stable"], "false", &["✕ not stable"], &["✕ 不稳定"]),
    (&["holds"], "true", &["holds"], &["成立"]),
    (&["holds"], "false", &["does not hold"], &["不成立"]),
    (&["applied"], "true", &["✓ applied"], &["✓ 已应用"]),
    (&["applied"], "false", &["– left out"], &["– 未应用"]),
    (&["within_another"], "true", &["↳"], &["↳"]),
    (&["within_by_point"], "true", &["within"], &["在范围内"]),
    (&["within_by_point"], "false", &["outside"], &["超出范围"]),
    (&["within_by_bound"], "true", &["shown with 95 % confidence"], &["以 95% 置信度证明"]),
    (&["within_by_bound"], "false", &["outside, with 95 % confidence"], &["超出范围（95% 置信度）"]),
    (&["refuses"], "true", &["no claim"], &["不作声明"]),
    (&["is_exact"], "true", &["searched for exactly"], &["（精确搜索）"]),
    (&["is_exact"], "false", &["searched for approximately"], &["（近似搜索）"]),
];
