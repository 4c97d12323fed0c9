//! The pages of findings: one file of Markdown a code, in `docs/codes`, whose README has their form.

use crate::diag::Severity;

/// What there is to say about one kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// `HSB1030`
    pub code: &'static str,
    /// `missing-within`
    pub name: &'static str,
    pub severity: Severity,
    /// The whole page.
    pub text: &'static str,
}

impl Page {
    /// What stands under a head; empty where the page has none that is called so.
    #[must_use]
    pub fn section(&self, head: &str) -> &'static str {
        let mut parts = self.text.split("\n## ").skip(1).filter_map(|part| part.split_once('\n'));
        parts.find(|(known, _)| *known == head).map_or("", |(_, text)| text.trim())
    }
}

/// A file for each code: a code without a file does not build, a rule without a line here fails a test.
macro_rules! files {
    ($($code:ident)*) => {
        &[$(include_str!(concat!("../../docs/codes/", stringify!($code), ".md"))),*]
    };
}

const FILES: &[&str] = files! {
    HSB1001 HSB1002 HSB1003 HSB1004 HSB1005 HSB1006 HSB1010 HSB1011 HSB1012 HSB1013
    HSB1014 HSB1015 HSB1016 HSB1017 HSB1018 HSB1019 HSB1020 HSB1021 HSB1022 HSB1023
    HSB1024 HSB1025 HSB1026 HSB1030 HSB1031 HSB1032 HSB1033 HSB1034 HSB1035 HSB1036
    HSB1040 HSB1041 HSB1042 HSB1043 HSB1044 HSB1045 HSB1046 HSB1047 HSB1050 HSB1051
    HSB1052 HSB1053 HSB1054 HSB1055 HSB1056 HSB2001 HSB2002 HSB2003 HSB2004 HSB2005
    HSB2006 HSB2007 HSB2008 HSB2009 HSB2010 HSB2011 HSB2012 HSB2013 HSB2014 HSB2020
    HSB2021 HSB2022 HSB2023 HSB2024 HSB2025 HSB2030 HSB2031 HSB2032 HSB2033 HSB2034
    HSB2035 HSB2036 HSB2037 HSB2038 HSB2040 HSB2041 HSB2042 HSB2043 HSB2050 HSB2051
    HSB2052 HSB2053 HSB2054 HSB2060 HSB2061 HSB2062 HSB2063 HSB2070 HSB2071 HSB2072
    HSB2073 HSB2074 HSB2075 HSB2076 HSB2077
    HSB3001 HSB3002 HSB3003 HSB3004 HSB3005 HSB3006 HSB3007 HSB3008 HSB3009 HSB3010
    HSB3011 HSB3012 HSB3013 HSB3014 HSB3015 HSB3016 HSB3017 HSB3018 HSB3020 HSB3021 HSB3022
    HSB3023 HSB3024 HSB3025 HSB3026 HSB3027 HSB3030 HSB3031 HSB3032 HSB3033 HSB3034
    HSB3035 HSB3036 HSB3037 HSB3038 HSB3039
    HSB3901 HSB3902 HSB3903 HSB3904 HSB3905
    HSB4001 HSB4002 HSB4003 HSB4004 HSB4005 HSB4006 HSB4011 HSB4012 HSB4013 HSB4014 HSB4015 HSB4016
    HSB4017 HSB4018 HSB4019 HSB5001 HSB5002 HSB5003 HSB5004 HSB5005 HSB5010
    HSB5011 HSB5012 HSB5013 HSB5014 HSB5015 HSB5016 HSB5017 HSB5018 HSB5019 HSB5020 HSB7001 HSB7002 HSB7003 HSB7004
    HSB7101 HSB7102 HSB7103 HSB7104 HSB7105 HSB7106 HSB7107 HSB7108 HSB7109 HSB7110
    HSB7111 HSB7112 HSB7113 HSB7114 HSB7120 HSB7121 HSB7122 HSB7123 HSB7124 HSB7125
    HSB7126 HSB7127 HSB7128 HSB7129 HSB7130 HSB7131 HSB7132 HSB7133
    HSB7901 HSB7902 HSB7903 HSB7904 HSB7905 HSB7906 HSB7907 HSB7908 HSB7909 HSB7910
    HSB7911 HSB7912
};

/// Every page, by code.
pub fn pages() -> impl Iterator<Item = Page> {
    FILES.iter().map(|text| read(text).expect("because a test reads the head of every page"))
}

/// The page of a code or a name, in any case.
#[must_use]
pub fn page(asked: &str) -> Option<Page> {
    pages().find(|page| page.code.eq_ignore_ascii_case(asked) || page.name.eq_ignore_ascii_case(asked))
}

/// Reads the head, ``# HSB1030 `missing-within` (error)``.
fn read(text: &'static str) -> Option<Page> {
    let head = text.lines().next()?.strip_prefix("# ")?;
    let (code, rest) = head.split_once(" `")?;
    let (name, severity) = rest.split_once("` ")?;
    let severity = match severity {
        "(error)" => Severity::Error,
        "(warning)" => Severity::Warning,
        _ => return None,
    };
    Some(Page { code, name, severity, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_head_and_they_stand_in_the_order_of_their_codes() {
        let codes: Vec<&str> = pages().map(|page| page.code).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    }

    #[test]
    fn a_page_is_found_by_its_code_and_by_its_name_in_any_case() {
        assert_eq!(page("hsb1030").map(|page| page.name), Some("missing-within"));
        assert_eq!(page("Missing-Within").map(|page| page.code), Some("HSB1030"));
        assert_eq!(page("HSB0000"), None);
    }

    #[test]
    fn a_head_that_is_not_one_has_no_page() {
        assert_eq!(read("# HSB1030 `missing-within` (grave)\n"), None);
        assert_eq!(read("## HSB1030 `missing-within` (error)\n"), None);
    }
}
