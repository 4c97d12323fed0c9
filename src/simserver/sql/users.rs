//! Users and their roles: the statements about them, as writes to the table that holds them. Tables have no privileges
//! of their own here.
//!
//! Source: 7 SQL Guide "User roles"; 200 SYS_ADMIN_COMMAND_ROLE.

/// Roles that may give admin commands.
pub(in crate::simserver) const ADMIN_ROLES: [&str; 3] =
    ["SYS_ADMIN_ROLE", "SYS_CONSOLE_ROLE", "SYS_ADMIN_COMMAND_ROLE"];

/// A change of the users, as the engine executes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simserver) struct UserChange {
    pub tag: &'static str,
    pub statement: &'static str,
    pub values: Vec<String>,
}

impl UserChange {
    /// Reads the words of a statement; none where it is not about users. One role a user: the last one granted.
    pub(super) fn read(words: &[&str]) -> Option<UserChange> {
        let upper: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
        let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
        let name = |at: usize| words[at].trim_matches('"').to_uppercase();
        let password = |at: usize| words[at].trim_matches(['"', '\'']).to_owned();
        let (tag, statement, values) = match upper[..] {
            ["CREATE", "USER", _, "IDENTIFIED", "BY", _] => {
                ("CREATE", "INSERT INTO _hsb_users (name, password) VALUES (?1, ?2)", vec![name(2), password(5)])
            }
            ["ALTER", "USER", _, "IDENTIFIED", "BY", _] => {
                ("ALTER", "UPDATE _hsb_users SET password = ?2 WHERE name = ?1", vec![name(2), password(5)])
            }
            ["DROP", "USER", _] => ("DROP", "DELETE FROM _hsb_users WHERE name = ?1", vec![name(2)]),
            ["GRANT", role, "TO", _] if is_role(role) => {
                ("GRANT", "UPDATE _hsb_users SET role = ?2 WHERE name = ?1", vec![name(3), role.to_owned()])
            }
            ["REVOKE", role, "FROM", _] if is_role(role) => (
                "REVOKE",
                "UPDATE _hsb_users SET role = '' WHERE name = ?1 AND role = ?2",
                vec![name(3), role.to_owned()],
            ),
            _ => return None,
        };
        Some(UserChange { tag, statement, values })
    }
}

fn is_role(word: &str) -> bool {
    ADMIN_ROLES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::UserChange;

    #[test]
    fn a_user_is_created_with_the_password_as_written() {
        let words: Vec<&str> = "create user Ops identified by SeCret".split(' ').collect();
        let change = UserChange::read(&words).expect("because it is about a user");
        assert_eq!((change.tag, &change.values[..]), ("CREATE", &["OPS".to_owned(), "SeCret".to_owned()][..]));
        assert_eq!(UserChange::read(&["GRANT", "SELECT", "TO", "X"]), None);
        assert_eq!(UserChange::read(&["CREATE", "TABLE", "USER"]), None);
    }
}
