//! Signals and memos as Leptos has them (same names, same meaning, same owners), but with one type underneath: Leptos makes
//! its code anew for the type of every value, and that was a twelfth of the page. What tells views of a change, and what is read
//! by whom, is Leptos'; only the values are kept here, each behind an `Rc<dyn Any>`.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::rc::Rc;

use leptos::prelude::{ArcTrigger, Get, GetUntracked, LocalStorage, Notify, StoredValue, Track, WithValue};

type Value = Rc<dyn Any>;

/// Makes a memo's value from the last one; `None`: it is the same.
type Compute = Box<dyn Fn(Option<Value>) -> Option<Value>>;

struct Node {
    /// Nothing while a memo was not read yet, and while it is being changed.
    value: RefCell<Option<Value>>,
    changed: ArcTrigger,
    memo: Option<(leptos::prelude::Memo<u32>, Compute)>,
}

/// A place that lives as long as the owner that it was made under.
type Place = StoredValue<Option<Rc<Node>>, LocalStorage>;

fn place(value: Option<Value>) -> Place {
    StoredValue::new_local(Some(Rc::new(Node { value: RefCell::new(value), changed: ArcTrigger::new(), memo: None })))
}

fn memo(compute: Compute) -> Place {
    let place: Place = StoredValue::new_local(None);
    // It counts how often the value changed, so that who reads it runs again only then.
    let count = leptos::prelude::Memo::new(move |count: Option<&u32>| {
        let count = count.copied().unwrap_or_default();
        let Some(node) = node_at(place) else { return count };
        let Some((_, compute)) = &node.memo else { return count };
        let last = node.value.borrow().clone();
        let Some(next) = compute(last) else { return count };
        node.value.replace(Some(next));
        count.wrapping_add(1)
    });
    let node = Node { value: RefCell::default(), changed: ArcTrigger::new(), memo: Some((count, compute)) };
    leptos::prelude::UpdateValue::update_value(&place, |place| *place = Some(Rc::new(node)));
    place
}

fn node_at(place: Place) -> Option<Rc<Node>> {
    place.try_with_value(Option::clone).flatten()
}

fn value_at(place: Place, tracked: bool) -> Option<Value> {
    let node = node_at(place)?;
    match (&node.memo, tracked) {
        (None, true) => node.changed.track(),
        (None, false) => {}
        (Some((count, _)), true) => _ = count.get(),
        (Some((count, _)), false) => _ = count.get_untracked(),
    }
    let value = node.value.borrow();
    value.clone()
}

fn put(place: Place, value: Value) {
    if let Some(node) = node_at(place) {
        node.value.replace(Some(value));
        node.changed.notify();
    }
}

/// A value that can be set, and that views follow.
pub struct RwSignal<T>(Place, PhantomData<fn() -> T>);

/// A value that views follow: a [`RwSignal`] or what is computed from others.
pub struct Signal<T>(Place, PhantomData<fn() -> T>);

/// Makes a value from the last one.
type Make<T> = Box<dyn Fn(Option<&T>) -> T>;

/// A value that is computed from others when one of them has changed; who reads it is told only if it is another then.
pub type Memo<T> = Signal<T>;

impl<T: PartialEq + 'static> Signal<T> {
    pub fn new(make: impl Fn(Option<&T>) -> T + 'static) -> Signal<T> {
        Signal::by(Box::new(make))
    }

    /// Once for every type, and not for everyone who computes.
    #[inline(never)]
    fn by(make: Make<T>) -> Signal<T> {
        let compute = move |last: Option<Value>| {
            let last = last.and_then(|last| last.downcast::<T>().ok());
            let next = make(last.as_deref());
            (last.as_deref() != Some(&next)).then(|| Rc::new(next) as Value)
        };
        Signal(memo(Box::new(compute)), PhantomData)
    }
}

impl<T: 'static> RwSignal<T> {
    pub fn new(value: T) -> RwSignal<T> {
        RwSignal(place(Some(Rc::new(value))), PhantomData)
    }

    /// Sets it; nothing happens if its owner is gone.
    pub fn set(&self, value: T) {
        put(self.0, Rc::new(value));
    }

    /// Changes it in place. It cannot be read meanwhile.
    pub fn update(&self, change: impl FnOnce(&mut T))
    where
        T: Clone,
    {
        let taken = node_at(self.0).and_then(|node| node.value.take());
        if let Some(mut value) = taken.and_then(|value| value.downcast::<T>().ok()) {
            change(Rc::make_mut(&mut value));
            put(self.0, value);
        }
    }

    /// Is its owner gone?
    pub fn is_disposed(&self) -> bool {
        node_at(self.0).is_none()
    }

    pub fn track(&self) {
        self.value(true);
    }
}

impl<T: Default + 'static> Default for RwSignal<T> {
    fn default() -> Self {
        RwSignal::new(T::default())
    }
}

impl<T> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Signal<T> {
        Signal(signal.0, PhantomData)
    }
}

/// A value as it was when it was read.
pub struct Held<T>(Rc<T>);

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// How both are read. What is not called `try_…` wants the owner to be there still.
macro_rules! reading {
    ($signal:ident) => {
        impl<T> Clone for $signal<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $signal<T> {}

        impl<T: 'static> $signal<T> {
            fn value(&self, tracked: bool) -> Option<Held<T>> {
                value_at(self.0, tracked)?.downcast().ok().map(Held)
            }

            /// The value; who reads it in a view or a memo follows it.
            pub fn read(&self) -> Held<T> {
                self.value(true).expect("a signal that is read after its owner is gone")
            }

            pub fn read_untracked(&self) -> Held<T> {
                self.value(false).expect("a signal that is read after its owner is gone")
            }

            pub fn with<R>(&self, look: impl FnOnce(&T) -> R) -> R {
                look(&self.read())
            }

            pub fn with_untracked<R>(&self, look: impl FnOnce(&T) -> R) -> R {
                look(&self.read_untracked())
            }
        }

        impl<T: Clone + 'static> $signal<T> {
            pub fn get(&self) -> T {
                (*self.read()).clone()
            }

            pub fn get_untracked(&self) -> T {
                (*self.read_untracked()).clone()
            }
        }
    };
}

reading!(RwSignal);
reading!(Signal);
