//! The terms of the field, in both languages: one catalogue for every document and for the glossary that is printed.

pub(crate) mod captions;
pub(crate) mod cohort;
mod cytometry;
pub(crate) mod document;
mod explorer;
mod figures;
mod header;
mod known;
pub(crate) mod miflowcyt;
mod product;
mod quality;
mod result;
mod structure;
mod trace;
pub(crate) mod words;

pub(crate) use cytometry::*;
pub(crate) use explorer::*;
pub(crate) use header::*;
pub(crate) use known::{known, of_figure};
pub(crate) use product::*;
pub(crate) use quality::*;
pub(crate) use result::*;
pub(crate) use structure::*;
pub(crate) use trace::*;

use crate::lang::Term;

/// Terms of the glossary, by the English one.
pub(crate) const GLOSSARY: &[Term] = &[
    Term::new("mesenchymal stromal cell (MSC)", "间充质基质细胞"),
    Term::new("mesenchymal stem cell", "间充质干细胞"),
    Term::new("donor", "供者"),
    Term::new("tissue source", "组织来源"),
    Term::new("bone marrow", "骨髓"),
    Term::new("adipose tissue", "脂肪组织"),
    Term::new("umbilical cord", "脐带"),
    Term::new("Wharton's jelly", "华通胶"),
    Term::new("placenta", "胎盘"),
    Term::new("cord blood", "脐带血"),
    Term::new("dental pulp", "牙髓"),
    Term::new("menstrual blood", "宫血"),
    Term::new("iPSC-derived", "诱导多能干细胞来源"),
    Term::new("autologous / allogeneic", "自体 / 异体"),
    Term::new("lot, batch", "批次"),
    Term::new("lot number", "批号"),
    Term::new("lot-to-lot consistency", "批间一致性"),
    Term::new("batch analysis", "批分析"),
    Term::new("passage", "代次"),
    Term::new("population doubling", "群体倍增"),
    Term::new("drug substance", "原液 / 原料药"),
    Term::new("drug product", "制剂 / 成品"),
    Term::new("master / working cell bank", "主细胞库 / 工作细胞库"),
    Term::new("post-thaw", "复苏后"),
    Term::new("CMC (pharmaceutical) study", "药学研究"),
    Term::new("critical quality attribute (CQA)", "关键质量属性"),
    Term::new("critical process parameter", "关键工艺参数"),
    Term::new("quality by design", "质量源于设计"),
    Term::new("specification", "质量标准"),
    Term::new("test item", "检项"),
    Term::new("method", "方法"),
    Term::new("limit, acceptance criterion", "限度"),
    Term::new("release test", "放行检验"),
    Term::new("quality (full) test", "质量检验"),
    Term::new("in-process control", "过程控制"),
    Term::new("characterisation", "表征"),
    Term::new("identity", "鉴别"),
    Term::new("purity", "纯度"),
    Term::new("homogeneity", "均一性"),
    Term::new("heterogeneity", "异质性"),
    Term::new("composition and proportion", "组成和比例"),
    Term::new("target cell", "目的细胞"),
    Term::new("non-target cell", "非目的细胞"),
    Term::new("cellular impurity", "细胞杂质"),
    Term::new("residual undifferentiated cells", "残留未分化细胞"),
    Term::new("hematopoietic cell", "造血细胞"),
    Term::new("endothelial cell", "内皮细胞"),
    Term::new("inflammatory cell", "炎症细胞"),
    Term::new("epithelial cell", "上皮细胞"),
    Term::new("fibroblast", "成纤维细胞"),
    Term::new("pericyte", "周细胞"),
    Term::new("preadipocyte", "前脂肪细胞"),
    Term::new("mast cell", "肥大细胞"),
    Term::new("macrophage", "巨噬细胞"),
    Term::new("non-viable cell / dead cell", "非活性细胞 / 死细胞"),
    Term::new("viability", "活细胞率 / 存活率"),
    Term::new("cell viability, vitality", "细胞活力"),
    Term::new("apoptosis", "凋亡"),
    Term::new("senescence", "衰老"),
    Term::new("cell cycle", "细胞周期"),
    Term::new("surface marker", "表面标志物"),
    Term::new("per cent positive", "阳性率"),
    Term::new("mean fluorescence intensity", "平均荧光强度"),
    Term::new("flow cytometry", "流式细胞术"),
    Term::new("gating", "设门"),
    Term::new("compensation", "补偿"),
    Term::new("FMO control", "荧光减一对照"),
    Term::new("isotype control", "同型对照"),
    Term::new("single-cell sequencing", "单细胞测序"),
    Term::new("unique molecular identifier (UMI)", "唯一分子标识"),
    Term::new("mitochondrial fraction", "线粒体比例"),
    Term::new("doublet", "双细胞"),
    Term::new("ambient RNA", "环境 RNA"),
    Term::new("clustering", "聚类"),
    Term::new("normalisation", "归一化"),
    Term::new("dimension reduction", "降维"),
    Term::new("unassigned", "未归类"),
    Term::new("orthogonal method", "正交方法"),
    Term::new("differentiation potential", "分化潜能"),
    Term::new("trilineage differentiation", "三系分化"),
    Term::new("osteogenic / adipogenic / chondrogenic", "成骨 / 成脂 / 成软骨"),
    Term::new("immunomodulation", "免疫调节"),
    Term::new("paracrine", "旁分泌"),
    Term::new("potency", "生物学活性 / 效力"),
    Term::new("mechanism of action", "作用机制"),
    Term::new("indoleamine 2,3-dioxygenase (IDO)", "吲哚胺 2,3-双加氧酶"),
    Term::new("prostaglandin E2", "前列腺素 E2"),
    Term::new("inflammatory licensing", "炎性预激活"),
    Term::new("genomic stability", "基因组稳定性"),
    Term::new("karyotyping", "核型分析"),
    Term::new("comparability study", "可比性研究"),
    Term::new("bridging study", "桥接研究"),
    Term::new("process change", "工艺变更"),
    Term::new("equivalence test (TOST)", "等效性检验"),
    Term::new("confidence interval", "置信区间"),
    Term::new("upper confidence bound", "置信上限"),
    Term::new("LOB / LOD / LOQ", "空白限 / 检测限 / 定量限"),
    Term::new("tolerance interval", "容忍区间"),
    Term::new("process capability", "过程能力"),
    Term::new("method validation", "方法学验证"),
    Term::new("specificity / accuracy / precision", "专属性 / 准确度 / 精密度"),
    Term::new("repeatability / intermediate precision", "重复性 / 中间精密度"),
    Term::new("linearity / range / robustness", "线性 / 范围 / 耐用性"),
    Term::new("meets / does not meet / inconclusive", "符合 / 不符合 / 无法判定"),
    Term::new("informative only", "仅供参考"),
    Term::new("out of specification (OOS)", "超标"),
    Term::new("deviation", "偏差"),
    Term::new("audit trail", "审计追踪"),
    Term::new("checksum", "校验和"),
    Term::new("electronic signature", "电子签名"),
    Term::new("data integrity", "数据可靠性"),
    Term::new("computerised system validation", "计算机化系统验证"),
    Term::new("reference standard / reference lot", "参考品 / 参比批"),
    Term::new("dossier", "申报资料"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot read the catalogue must fail")]

    /// Both languages of every term of the catalogue, out of its source.
    fn catalogue() -> Vec<(String, String)> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let files = std::fs::read_dir(folder.join("terms")).unwrap().map(|f| f.unwrap().path());
        let mut found = Vec::new();
        for path in files.chain([folder.join("terms.rs")]) {
            let source = std::fs::read_to_string(path).unwrap().replace("\\\"", "”");
            let source = source.split("\nmod tests").next().unwrap();
            for term in source.split("Term::new(").skip(1) {
                // English, what is between, Chinese.
                let parts: Vec<&str> = term.splitn(5, '"').collect();
                found.push((joined(parts[1]), joined(parts[3])));
            }
        }
        found
    }

    /// A literal over several lines, as the compiler reads it.
    fn joined(literal: &str) -> String {
        let lines: Vec<&str> = literal.split("\\\n").collect();
        let rest = lines[1..].iter().map(|line| line.trim_start());
        lines[..1].iter().copied().chain(rest).collect::<String>().replace("\\u{a0}", "\u{a0}")
    }

    fn places(text: &str) -> Vec<&str> {
        let mut all: Vec<&str> = text.split('{').skip(1).map(|t| t.split('}').next().unwrap()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn both_languages_of_a_term_take_the_same_values() {
        let all = catalogue();
        assert!(all.len() > 400, "{}", all.len());
        for (en, zh) in all {
            // The method of doublets comes as a whole in English.
            if en != "{2}" {
                assert_eq!(places(&en), places(&zh), "{en}");
            }
        }
    }

    #[test]
    fn chinese_is_written_with_its_own_punctuation() {
        let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for (_, zh) in catalogue() {
            let characters: Vec<char> = zh.chars().collect();
            for pair in characters.windows(2) {
                let wrong = is_chinese(pair[0]) && matches!(pair[1], ',' | ';' | ':' | '(' | '?' | '!');
                assert!(!wrong, "{zh}");
            }
            assert!(!zh.contains("\u{a0}%") && !zh.contains(" %"), "{zh}");
        }
    }

    /// What a document of this program must not claim.
    #[test]
    fn no_text_claims_what_the_method_cannot() {
        const FORBIDDEN: [&str; 12] = [
            "complies",
            "compliant",
            "comply",
            "certified",
            "guarantee",
            "stem cell",
            "purity is proven",
            "proves",
            "合规",
            "符合法规",
            "保证",
            "证明纯度",
        ];
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut texts: Vec<String> = catalogue().into_iter().flat_map(|(en, zh)| [en, zh]).collect();
        texts.extend(std::fs::read_dir(folder).unwrap().map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap()));
        for text in &texts {
            let lower = text.to_lowercase();
            for word in FORBIDDEN {
                // The glossary names both names of the cell.
                assert!(
                    !lower.contains(word) || text == "mesenchymal stem cell",
                    "{word}: {}",
                    &text[..text.len().min(200)]
                );
            }
            assert!(!text.contains("0&nbsp;%<") || !text.contains(">0&nbsp;%"), "{text}");
        }
    }

    #[test]
    fn surrogates_are_called_so() {
        for (en, zh) in catalogue() {
            let is_viability = en.contains("non-viable by") || en.contains("viable by the RNA");
            assert!(!is_viability || (en.contains("surrogate") && zh.contains("替代指标")), "{en}");
            let is_pge2 = en.contains("PGE2");
            assert!(!is_pge2 || (en.contains("surrogate") && zh.contains("替代指标")), "{en}");
        }
    }
}
