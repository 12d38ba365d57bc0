//! FCS files put together byte by byte, independently of the crate's writer.

/// The parts of a data set; every one can be made wrong.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) version: &'static str,
    pub(crate) delimiter: char,
    /// In order; offsets are added at the end unless they are given.
    pub(crate) keywords: Vec<(String, String)>,
    pub(crate) supplemental: String,
    pub(crate) analysis: String,
    pub(crate) data: Vec<u8>,
}

impl File {
    /// Events of parameters `(name, $PnB, $PnR)`, all of one type.
    pub(crate) fn new(
        version: &'static str,
        data_type: &str,
        order: &str,
        parameters: &[(&str, &str, &str)],
        n_events: usize,
        data: &[u8],
    ) -> Self {
        let mut file = Self {
            version,
            delimiter: '/',
            keywords: Vec::new(),
            supplemental: String::new(),
            analysis: String::new(),
            data: data.to_vec(),
        };
        for (name, value) in [("$MODE", "L"), ("$NEXTDATA", "0"), ("$DATATYPE", data_type), ("$BYTEORD", order)] {
            file = file.with(name, value);
        }
        file = file.with("$PAR", &parameters.len().to_string()).with("$TOT", &n_events.to_string());
        for (i, (name, width, range)) in (1..).zip(parameters) {
            for (suffix, value) in [("N", name), ("B", width), ("R", range), ("E", &"0,0")] {
                file = file.with(&format!("$P{i}{suffix}"), value);
            }
        }
        file
    }

    /// Sets a keyword, in place when it is there.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        match self.keywords.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.keywords.push((name.into(), value.into())),
        }
        self
    }

    #[allow(dead_code)] // each test program uses its part of this file
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.keywords.retain(|(other, _)| other != name);
        self
    }

    /// The bytes: HEADER, TEXT, supplemental TEXT, DATA, ANALYSIS.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut keywords = self.keywords.clone();
        let named = |keywords: &[(String, String)], name: &str| keywords.iter().any(|(other, _)| other == name);
        // TEXT is put together twice: offsets have a fixed width, so that their values do not move anything.
        let mut offsets = [0; 8];
        let mut text = String::new();
        for _ in 0..2 {
            keywords.clone_from(&self.keywords);
            if self.version != "FCS2.0" {
                for (name, offset) in
                    ["$BEGINDATA", "$ENDDATA", "$BEGINSTEXT", "$ENDSTEXT", "$BEGINANALYSIS", "$ENDANALYSIS"]
                        .into_iter()
                        .zip(&offsets[2..])
                {
                    if !named(&keywords, name) {
                        keywords.push((name.into(), format!("{offset:010}")));
                    }
                }
            }
            let d = self.delimiter;
            text = keywords.iter().fold(d.to_string(), |text, (name, value)| format!("{text}{name}{d}{value}{d}"));
            let mut at = 58;
            let mut span = |length: usize| {
                let first = at;
                at += length;
                if length == 0 { [0, 0] } else { [first, at - 1] }
            };
            let (in_text, supplemental) = (span(text.len()), span(self.supplemental.len()));
            let (data, analysis) = (span(self.data.len()), span(self.analysis.len()));
            offsets =
                [in_text[0], in_text[1], data[0], data[1], supplemental[0], supplemental[1], analysis[0], analysis[1]];
        }
        let header = [0, 1, 2, 3, 6, 7].iter().fold(String::new(), |header, &i| header + &format!("{:>8}", offsets[i]));
        let mut bytes = format!("{}    {header}{text}{}", self.version, self.supplemental).into_bytes();
        bytes.extend(&self.data);
        bytes.extend(self.analysis.as_bytes());
        bytes
    }
}
