//! The document in English, in Chinese, and in both.

use puricell_report::{Lang, Model, figures, html};

use super::{bare_zero_per_cent, flow_lot, lot};

fn page(model: &Model, lang: Lang) -> String {
    html(model, &figures(model).unwrap(), lang).unwrap()
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// What a reader sees: without markup, styles, scripts and drawings; what says that it is English is left out.
fn seen(page: &str) -> String {
    let mut text = page.split_once("<body>").unwrap().1.to_owned();
    for (from, to) in
        [("<svg", "</svg>"), ("<script", "</script>"), ("<code", "</code>"), ("<span lang=\"en\"", "</span>")]
    {
        while let Some(start) = text.find(from) {
            let end = text[start..].find(to).map_or(text.len(), |e| start + e + to.len());
            text.replace_range(start..end, " ");
        }
    }
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push('\n');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[test]
fn an_english_document_shows_no_chinese() {
    for model in [lot(), flow_lot()] {
        let page = page(&model, Lang::En);
        assert!(page.contains("<html lang=\"en\">"));
        let found: String = page.chars().filter(|&c| is_chinese(c)).collect();
        // The names of fonts in the style sheet are Latin, so nothing is excused.
        assert_eq!(found, "");
    }
}

#[test]
fn a_chinese_document_is_chinese_but_for_messages_and_names() {
    for model in [lot(), flow_lot()] {
        let page = page(&model, Lang::Zh);
        assert!(page.contains("<html lang=\"zh-CN\">"));
        assert!(page.contains("技术性信息"));
        assert_eq!(bare_zero_per_cent(&page), None);
        let text = seen(&page);
        // Words that only a sentence of English has; the catalogue of terms must have taken them all.
        let glossary = text.find("术语对照\n").unwrap_or(text.len());
        for line in text[..glossary].lines().map(str::trim) {
            for word in [" the ", " are ", " of ", " and ", " is "] {
                let excused = line.chars().any(is_chinese) || lot_says(&model, line);
                assert!(!line.contains(word) || excused, "{word}: {line}");
            }
        }
        for heading in ["与质量标准的比较结论", "纯度", "组成和比例", "方法及其局限", "签名", "细胞杂质", "活单细胞"]
        {
            assert!(text.contains(heading), "{heading}");
        }
    }
}

/// Product, keywords and such: what the user or the file wrote.
fn lot_says(model: &Model, line: &str) -> bool {
    let line = line.replace("&#38;", "&").replace("&#39;", "'");
    serde_json::to_string(&model.lot).unwrap().contains(&line) || line.contains(" = ")
}

#[test]
fn both_languages_stand_side_by_side_and_numbers_once() {
    let model = lot();
    let page = page(&model, Lang::Both);
    assert!(page.contains("Purity<span class=\"zh\" lang=\"zh-CN\">纯度</span>"));
    assert!(page.contains("meets<span class=\"zh\" lang=\"zh-CN\">符合</span>"));
    let english = self::page(&model, Lang::En);
    let cells = |page: &str| page.matches("<td class=\"num\">1,762 of 1,893</td>").count();
    assert!(cells(&page) > 0);
    assert_eq!(cells(&page), cells(&english));
    assert_eq!(page.matches("<table").count(), english.matches("<table").count());
}

#[test]
fn numbers_are_the_same_and_written_as_chinese_documents_do() {
    let page = page(&lot(), Lang::Zh);
    for text in ["93.1%", "91.8%～94.2%", "1,762/1,893", "&#60;0.16%", "≤2%", "载入 2,000 = 保留 1,893 + 剔除 107"]
    {
        assert!(page.contains(text), "{text}");
    }
    assert!(!seen(&page).contains("\u{a0}%"));
}
