//! JUnit's XML, which every CI server draws: a test case for each file, with a failure for each finding that fails the
//! check. Other findings stand in the case's output.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::text::inert;

use super::short::short;
use super::{Report, TOOL, Told, Warnings};

/// The whole report.
#[must_use]
pub fn junit(report: &Report, warnings: Warnings) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, report, warnings).expect("because writing to memory does not fail");
    String::from_utf8(writer.into_inner()).expect("because only texts were written") + "\n"
}

fn write(writer: &mut Writer<Vec<u8>>, report: &Report, warnings: Warnings) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let cases = cases(report);
    let failures = report.open().filter(|told| warnings.fails(told.severity)).count();
    let (tests, failures) = (cases.len().to_string(), failures.to_string());
    let counts = [("tests", tests.as_str()), ("failures", failures.as_str()), ("errors", "0")];
    let suites = writer.create_element("testsuites").with_attributes(counts);
    suites.write_inner_content(|writer| {
        let name = format!("{TOOL} check");
        let suite = writer.create_element("testsuite").with_attribute(("name", name.as_str()));
        suite.with_attributes(counts).write_inner_content(|writer| {
            cases.iter().try_for_each(|(file, findings)| case(writer, file, findings, warnings))
        })?;
        Ok(())
    })?;
    Ok(())
}

/// Every file that was checked or has findings, once, with its findings.
fn cases(report: &Report) -> Vec<(&str, Vec<&Told>)> {
    let mut cases: Vec<(&str, Vec<&Told>)> = Vec::new();
    for file in report.files.iter().map(String::as_str).chain(report.open().map(|told| told.file.as_str())) {
        if !cases.iter().any(|(known, _)| *known == file) {
            cases.push((file, report.open().filter(|told| told.file == file).collect()));
        }
    }
    cases
}

fn case(writer: &mut Writer<Vec<u8>>, file: &str, findings: &[&Told], warnings: Warnings) -> io::Result<()> {
    let (failing, others): (Vec<&Told>, Vec<&Told>) = findings.iter().partition(|told| warnings.fails(told.severity));
    let file = inert(file);
    let case = writer.create_element("testcase").with_attributes([("name", file.as_str()), ("classname", TOOL)]);
    if failing.is_empty() && others.is_empty() {
        case.write_empty()?;
        return Ok(());
    }
    case.write_inner_content(|writer| {
        for told in failing {
            let kind = format!("{} {}", told.code, told.name);
            let attributes = [("type", kind), ("message", inert(&told.what))];
            let attributes = attributes.iter().map(|(name, value)| (*name, value.as_str()));
            writer
                .create_element("failure")
                .with_attributes(attributes)
                .write_text_content(BytesText::new(&body(told)))?;
        }
        if !others.is_empty() {
            let told: String = others.iter().map(|told| short(told)).collect();
            writer.create_element("system-out").write_text_content(BytesText::new(&told))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The place, then why and what helps, a line each.
fn body(told: &Told) -> String {
    let said = |word: &str, text: &Option<String>| {
        text.as_ref().map_or(String::new(), |text| format!("{word}: {}\n", inert(text)))
    };
    format!("{}{}{}", short(told), said("why", &told.why), said("help", &told.help))
}
