//! Results computed over the model, one file each, named by the result. In goes a view of the model, out comes a value; no
//! web, no store of their own.

pub mod clock;
pub mod gen_ai;
pub mod guides;
pub mod minimap;
pub mod positions;
pub mod units;
pub mod visible_rows;
