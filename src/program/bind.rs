//! Values for the parameters of a program, checked against their types before the first step.

use super::{ParamId, Value};

/// One value for each parameter, in the order of declaration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bindings {
    values: Vec<Value>,
}

impl Bindings {
    #[must_use]
    pub fn get(&self, param: ParamId) -> &Value {
        &self.values[param.0 as usize]
    }
}
