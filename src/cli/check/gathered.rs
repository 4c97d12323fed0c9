//! The findings of all files, each once: what two runbooks use is not told twice.

use std::collections::HashSet;

use crate::check::{self, Checked};
use crate::diag::Finding;
use crate::report::{Report, Status, Told, identify};
use crate::show::{Look, Printer};
use crate::site;
use crate::text::SourceMap;

use super::super::loader::Files;
use super::Wanted;

/// Everything that was found.
pub(super) struct Gathered {
    pub(super) report: Report,
    /// Beside each finding of the report: the finding, and its sources by their number.
    findings: Vec<(Finding, usize)>,
    sources: Vec<SourceMap>,
    /// A file could not be read.
    pub(super) unreadable: bool,
    told: HashSet<(String, u32, &'static str, String)>,
}

impl Gathered {
    pub(super) fn of(wanted: &Wanted, servers: &[(String, String)]) -> Self {
        let mut gathered = Self {
            report: Report::default(),
            findings: Vec::new(),
            sources: vec![SourceMap::default()],
            unreadable: !wanted.unreadable.is_empty(),
            told: HashSet::new(),
        };
        for (name, finding) in &wanted.unreadable {
            gathered.report.files.push(name.clone());
            gathered.add(finding.clone(), 0, name, Status::Open);
        }
        let site_name = wanted.site_name();
        let beside = Wanted::beside(wanted.site.as_ref(), &site_name, servers);
        for (path, source) in &wanted.files {
            gathered.file(&source.name, check::runbook(source.clone(), &mut Files::of(path), beside.as_ref()));
        }
        if let (Some(beside), Some((path, _))) = (beside, &wanted.site) {
            let mut checked = check::site_alone(&beside);
            checked.findings.extend(site::open_to_others(path, &checked.findings));
            gathered.file(&site_name, checked);
        }
        identify(&mut gathered.report.findings);
        gathered
    }

    fn file(&mut self, name: &str, checked: Checked) {
        self.report.files.push(name.to_owned());
        self.sources.push(checked.sources);
        let sources = self.sources.len() - 1;
        for finding in checked.findings {
            self.add(finding, sources, name, Status::Open);
        }
        for silenced in checked.silenced {
            self.add(silenced.finding, sources, name, Status::Allowed { reason: silenced.reason });
        }
    }

    fn add(&mut self, finding: Finding, sources: usize, file: &str, status: Status) {
        let told = Told::new(&finding, &self.sources[sources], file, status);
        let byte = told.places.first().map_or(0, |place| place.start.byte);
        if self.told.insert((told.file.clone(), byte, told.code, told.what.clone())) {
            self.report.findings.push(told);
            self.findings.push((finding, sources));
        }
    }

    /// The first findings drawn with their lines, and their codes.
    pub(super) fn drawn(&self, look: &Look, most: usize) -> (String, Vec<&'static str>) {
        let (mut out, mut codes) = (String::new(), Vec::new());
        let mut printer: Option<(usize, Printer<'_>)> = None;
        let open = self.report.findings.iter().zip(&self.findings).filter(|(told, _)| told.status == Status::Open);
        for (_, (finding, sources)) in open.take(most) {
            if printer.as_ref().is_none_or(|(of, _)| of != sources) {
                printer = Some((*sources, Printer::new(look, &self.sources[*sources])));
            }
            if let Some((_, printer)) = &printer {
                out.push_str(&printer.finding(finding));
                codes.push(finding.rule.code);
            }
        }
        (out, codes)
    }
}
