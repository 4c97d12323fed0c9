//! The parser that pest makes of `grammar/hsbrun.pest`, and what its rules are called by people. `Rule` does not leave
//! the room.

use std::iter::Filter;

use pest::Parser as _;
use pest::error::{Error, ErrorVariant};
use pest::iterators::{Pair, Pairs};

pub(super) use rules::Rule;

/// A node of pest's tree.
pub(super) type Node<'t> = Pair<'t, Rule>;
/// See `children`.
pub(super) type Children<'t> = Filter<Pairs<'t, Rule>, fn(&Node<'t>) -> bool>;

mod rules {
    /// The grammar itself.
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/hsbrun.pest"]
    pub(crate) struct Grammar;
}

/// What a rule is to a person.
pub(super) enum Shape {
    /// A word of the language.
    Word(&'static str),
    /// Punctuation.
    Mark(&'static str),
    /// Something that has a noun.
    Thing(&'static str),
    /// A part of the grammar that has no name outside.
    Glue,
}

/// The whole file. The grammar is total: it accepts every text. None where pest saw the end of the thread's stack coming,
/// which can be on a thread with a small one only.
pub(super) fn file(text: &str) -> Option<Node<'_>> {
    match rules::Grammar::parse(Rule::file, text) {
        Ok(pairs) => Some(first(pairs)),
        Err(Error { variant: ErrorVariant::CustomError { .. }, .. }) => None,
        Err(error) => panic!("because a file may hold anything that is broken: {error}"),
    }
}

/// The children of a node, comments left out.
pub(super) fn children(node: Node<'_>) -> Children<'_> {
    node.into_inner().filter(|child| child.as_rule() != Rule::remark)
}

fn first(mut pairs: Pairs<'_, Rule>) -> Node<'_> {
    pairs.next().expect("because a rule that matched is a node")
}

/// Where a strict reading stops (a byte of `text`), and what could have stood there.
pub(super) struct Stop {
    pub(super) at: usize,
    pub(super) expected: Vec<Rule>,
}

/// Reads a piece alone and strictly: `None` where nothing is wrong with it.
pub(super) fn strictly(rule: Rule, text: &str) -> Option<Stop> {
    let error: Error<Rule> = rules::Grammar::parse(rule, text).err()?;
    let at = match error.location {
        pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
    };
    let expected = match error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Some(Stop { at, expected })
}

/// The human side of every rule.
pub(super) fn shape(rule: Rule) -> Shape {
    match rule {
        Rule::name => Shape::Thing("a name"),
        Rule::choice => Shape::Thing("a word"),
        Rule::id => Shape::Thing("the number or word of a step"),
        Rule::number => Shape::Thing("a number"),
        Rule::version => Shape::Thing("a version such as `7.0`"),
        Rule::duration => Shape::Thing("a duration such as `30s`"),
        Rule::size => Shape::Thing("a size such as `10 GiB`"),
        Rule::state => Shape::Thing("a state"),
        Rule::literal => Shape::Thing("a text for the server in single quotes"),
        Rule::text => Shape::Thing("a text in double quotes"),
        Rule::chars => Shape::Thing("characters"),
        Rule::hole => Shape::Thing("a hole"),
        Rule::colon => Shape::Mark(":"),
        Rule::arrow => Shape::Mark("->"),
        Rule::bar => Shape::Mark("|"),
        Rule::comma => Shape::Mark(","),
        Rule::equals => Shape::Mark("="),
        Rule::paren => Shape::Mark("("),
        Rule::close_paren => Shape::Mark(")"),
        Rule::states => Shape::Thing("a state"),
        Rule::type_words => Shape::Thing("a type"),
        Rule::formal => Shape::Thing("a parameter"),
        Rule::block => Shape::Thing("`{`"),
        Rule::braced => Shape::Thing("`{`"),
        Rule::open => Shape::Mark("{"),
        Rule::close => Shape::Mark("}"),
        Rule::late_open => Shape::Thing("`{`"),
        Rule::effect => Shape::Thing("a command"),
        Rule::else_if => Shape::Thing("`else if`"),
        Rule::else_do => Shape::Thing("`else`"),
        Rule::unknown => Shape::Thing("`unknown`"),
        Rule::arm => Shape::Thing("a word and its block"),
        Rule::retry_from => Shape::Thing("`from`"),
        Rule::at_most => Shape::Thing("`at most`"),
        Rule::after => Shape::Thing("`after`"),
        Rule::within => Shape::Thing("`within`"),
        Rule::fail_if => Shape::Thing("`fail if`"),
        Rule::else_text => Shape::Thing("`else`"),
        Rule::doubt => Shape::Thing("`in doubt`"),
        Rule::from => Shape::Thing("`from`"),
        Rule::by => Shape::Thing("`by`"),
        Rule::limit => Shape::Thing("a duration or a parameter"),
        Rule::cond => Shape::Thing("a condition"),
        Rule::group => Shape::Thing("a condition"),
        Rule::refused => Shape::Thing("a condition"),
        Rule::test => Shape::Thing("a condition"),
        Rule::is_test => Shape::Thing("`is`"),
        Rule::cmp => Shape::Thing("a comparison"),
        Rule::operand => Shape::Thing("a value"),
        Rule::asked_step => Shape::Thing("`step`"),
        Rule::probe => Shape::Thing("a probe such as `S1.copy`"),
        Rule::args => Shape::Thing("`(`"),
        Rule::value => Shape::Thing("a value"),
        Rule::w_admin => Shape::Word("admin"),
        Rule::w_after => Shape::Word("after"),
        Rule::w_and => Shape::Word("and"),
        Rule::w_any => Shape::Word("any"),
        Rule::w_ask => Shape::Word("ask"),
        Rule::w_assert => Shape::Word("assert"),
        Rule::w_at => Shape::Word("at"),
        Rule::w_back => Shape::Word("back"),
        Rule::w_because => Shape::Word("because"),
        Rule::w_by => Shape::Word("by"),
        Rule::w_choose => Shape::Word("choose"),
        Rule::w_confirm => Shape::Word("confirm"),
        Rule::w_do => Shape::Word("do"),
        Rule::w_doubt => Shape::Word("doubt"),
        Rule::w_else => Shape::Word("else"),
        Rule::w_ensure => Shape::Word("ensure"),
        Rule::w_fail => Shape::Word("fail"),
        Rule::w_fails => Shape::Word("fails"),
        Rule::w_failure => Shape::Word("failure"),
        Rule::w_from => Shape::Word("from"),
        Rule::w_if => Shape::Word("if"),
        Rule::w_in => Shape::Word("in"),
        Rule::w_install => Shape::Word("install"),
        Rule::w_is => Shape::Word("is"),
        Rule::w_language => Shape::Word("language"),
        Rule::w_leave => Shape::Word("leave"),
        Rule::w_library => Shape::Word("library"),
        Rule::w_most => Shape::Word("most"),
        Rule::w_no => Shape::Word("no"),
        Rule::w_notify => Shape::Word("notify"),
        Rule::w_of => Shape::Word("of"),
        Rule::w_off => Shape::Word("off"),
        Rule::w_on => Shape::Word("on"),
        Rule::w_or => Shape::Word("or"),
        Rule::w_out => Shape::Word("out"),
        Rule::w_param => Shape::Word("param"),
        Rule::w_point => Shape::Word("point"),
        Rule::w_previous => Shape::Word("previous"),
        Rule::w_procedure => Shape::Word("procedure"),
        Rule::w_refused => Shape::Word("refused"),
        Rule::w_repeat => Shape::Word("repeat"),
        Rule::w_require => Shape::Word("require"),
        Rule::w_retry => Shape::Word("retry"),
        Rule::w_return => Shape::Word("return"),
        Rule::w_run => Shape::Word("run"),
        Rule::w_runbook => Shape::Word("runbook"),
        Rule::w_server => Shape::Word("server"),
        Rule::w_source => Shape::Word("source"),
        Rule::w_sql => Shape::Word("sql"),
        Rule::w_start => Shape::Word("start"),
        Rule::w_step => Shape::Word("step"),
        Rule::w_stop => Shape::Word("stop"),
        Rule::w_success => Shape::Word("success"),
        Rule::w_this => Shape::Word("this"),
        Rule::w_time => Shape::Word("time"),
        Rule::w_times => Shape::Word("times"),
        Rule::w_unknown => Shape::Word("unknown"),
        Rule::w_until => Shape::Word("until"),
        Rule::w_use => Shape::Word("use"),
        Rule::w_wait => Shape::Word("wait"),
        Rule::w_watchdog => Shape::Word("watchdog"),
        Rule::w_with => Shape::Word("with"),
        Rule::w_within => Shape::Word("within"),
        Rule::EOI => Shape::Thing("the end of the line"),
        Rule::odd
        | Rule::file
        | Rule::language
        | Rule::runbook
        | Rule::library
        | Rule::source
        | Rule::use_file
        | Rule::server
        | Rule::param
        | Rule::require
        | Rule::step
        | Rule::procedure
        | Rule::ending
        | Rule::on_success
        | Rule::on_failure
        | Rule::on_back_out
        | Rule::stray
        | Rule::no_open
        | Rule::unclosed
        | Rule::handler
        | Rule::back_out
        | Rule::effect_stmt
        | Rule::admin
        | Rule::sql
        | Rule::start
        | Rule::install
        | Rule::run
        | Rule::watchdog
        | Rule::notify
        | Rule::confirm
        | Rule::point
        | Rule::assert
        | Rule::wait
        | Rule::ensure
        | Rule::on_server
        | Rule::if_else
        | Rule::choose
        | Rule::call
        | Rule::retry
        | Rule::stop
        | Rule::leave
        | Rule::junk
        | Rule::junk_text
        | Rule::broken
        | Rule::broken_item
        | Rule::broken_text
        | Rule::lone_close
        | Rule::only_item
        | Rule::only_stmt
        | Rule::only_clause
        | Rule::only_arm
        | Rule::reserved
        | Rule::WHITESPACE
        | Rule::idc
        | Rule::lf
        | Rule::comment
        | Rule::remark
        | Rule::nl
        | Rule::eol
        | Rule::soft
        | Rule::word
        | Rule::special
        | Rule::blank
        | Rule::item
        | Rule::known_item
        | Rule::end
        | Rule::body
        | Rule::tail
        | Rule::stmt
        | Rule::top
        | Rule::begin
        | Rule::known
        | Rule::arm_tail
        | Rule::clauses
        | Rule::clause
        | Rule::term => Shape::Glue,
    }
}
