//! A parcel company's services: their names, what they offer, whom they call and where they run. All follows from the
//! number of services, so that operations repeat from trace to trace as in life.

use super::jaeger::{Process, Tag, Text};
use super::random::{Random, hash};

pub struct Catalogue {
    pub services: Vec<Service>,
    /// `INSTANCES` for each service.
    pub processes: Vec<Process>,
}

pub struct Service {
    pub name: Text,
    pub style: Style,
    pub operations: Vec<Operation>,
    /// Operations of other services, by place; none when there is nobody to call.
    pub calls: Vec<(usize, usize)>,
    pub queries: Vec<Query>,
    pub work: Vec<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Http,
    Grpc,
    Kafka,
}

/// `subject` and `verb`: path and method, rpc service and method, or topic and nothing.
pub struct Operation {
    pub subject: Text,
    pub verb: &'static str,
}

pub struct Query {
    pub system: &'static str,
    pub verb: &'static str,
    pub table: &'static str,
    pub text: Text,
}

pub const INSTANCES: u64 = 3;
/// The first services, where requests come in.
pub const DOORS: usize = 3;
const OPERATIONS: usize = 8;

const SERVICES: [(&str, Style); 30] = [
    ("edge", Style::Http),
    ("portal", Style::Http),
    ("bookings", Style::Http),
    ("quotes", Style::Grpc),
    ("pricing", Style::Grpc),
    ("addresses", Style::Grpc),
    ("tracking", Style::Http),
    ("labels", Style::Grpc),
    ("parcel-events", Style::Kafka),
    ("depots", Style::Grpc),
    ("route-planner", Style::Grpc),
    ("couriers", Style::Http),
    ("customs", Style::Http),
    ("payments", Style::Http),
    ("ledger", Style::Grpc),
    ("invoices", Style::Kafka),
    ("accounts", Style::Grpc),
    ("tokens", Style::Grpc),
    ("notices", Style::Kafka),
    ("mail", Style::Http),
    ("sorting", Style::Kafka),
    ("fleet", Style::Grpc),
    ("geocoder", Style::Http),
    ("weather", Style::Http),
    ("documents", Style::Grpc),
    ("images", Style::Http),
    ("search", Style::Http),
    ("flags", Style::Grpc),
    ("limits", Style::Grpc),
    ("audit", Style::Kafka),
];
const NOUNS: [&str; 10] =
    ["Parcel", "Quote", "Pickup", "Label", "Address", "Depot", "Courier", "Invoice", "Shipment", "Claim"];
const VERBS: [&str; 6] = ["Get", "List", "Create", "Update", "Check", "Reserve"];
const METHODS: [&str; 6] = ["GET", "GET", "POST", "PUT", "GET", "DELETE"];
const TABLES: [&str; 9] =
    ["parcels", "quotes", "pickups", "address_book", "depot_slots", "courier_shifts", "invoices", "claims", "tariffs"];
const WORK: [&str; 9] = [
    "validate request",
    "authorize",
    "merge results",
    "render response",
    "apply tariff",
    "encode label",
    "wait for slot",
    "deserialize",
    "choose depot",
];
pub const REGIONS: [&str; 5] = ["eu-west-1", "eu-central-1", "us-east-1", "ap-east-1", "sa-east-1"];
const LANGUAGES: [(&str, &str); 4] = [("go", "1.38.0"), ("java", "1.54.1"), ("nodejs", "2.1.0"), ("python", "1.37.0")];

impl Catalogue {
    pub fn new(services: u64) -> Self {
        let count = services as usize;
        let all: Vec<Service> = (0..count).map(|place| service(place, count)).collect();
        let processes = all
            .iter()
            .enumerate()
            .flat_map(|(place, service)| (0..INSTANCES).map(move |instance| process(place, service, instance)))
            .collect();
        Self { services: all, processes }
    }
}

fn service(place: usize, count: usize) -> Service {
    let (base, style) = SERVICES[place % SERVICES.len()];
    let name: Text = match place / SERVICES.len() {
        0 => base.into(),
        round => format!("{base}-{}", round + 1).into(),
    };
    let mut random = Random::new(hash(&name));
    Service {
        operations: (0..OPERATIONS).map(|n| operation(base, style, place + n)).collect(),
        calls: calls(place, count),
        queries: (0..4).map(|_| query(&mut random, &name)).collect(),
        work: (0..4).map(|n| WORK[(place * 2 + n) % WORK.len()]).collect(),
        name,
        style,
    }
}

fn operation(base: &str, style: Style, n: usize) -> Operation {
    let noun = NOUNS[n % NOUNS.len()];
    let lower = noun.to_lowercase();
    match style {
        Style::Http => Operation {
            verb: METHODS[n % METHODS.len()],
            subject: match n % 3 {
                0 => format!("/v1/{base}/{lower}s").into(),
                1 => format!("/v1/{base}/{lower}s/{{id}}").into(),
                _ => format!("/v2/{lower}s/{{id}}/{base}").into(),
            },
        },
        Style::Grpc => Operation {
            verb: VERBS[n % VERBS.len()],
            subject: format!("parcel.{}.v1.{noun}s", base.replace('-', "_")).into(),
        },
        Style::Kafka => Operation { verb: "", subject: format!("{base}.{lower}").into() },
    }
}

fn query(random: &mut Random, service: &str) -> Query {
    let table = *random.pick(&TABLES);
    if random.chance(0.3) {
        let verb = *random.pick(&["GET", "MGET", "SET", "HGETALL"]);
        return Query { system: "redis", verb, table, text: format!("{verb} {service}:{table}:?").into() };
    }
    let (verb, text) = match random.below(4) {
        0 => ("SELECT", format!("SELECT * FROM {table} WHERE id = $1")),
        1 => ("SELECT", format!("SELECT id, state, changed_at FROM {table} WHERE customer_id = $1 ORDER BY id DESC")),
        2 => ("UPDATE", format!("UPDATE {table} SET state = $1, changed_at = now() WHERE id = $2")),
        _ => ("INSERT", format!("INSERT INTO {table} (id, customer_id, body) VALUES ($1, $2, $3)")),
    };
    Query { system: "postgresql", verb, table, text: text.into() }
}

/// Operations of those next in the list, which makes long ways, and of 2n + 1 and 2n + 2, which makes short ones, and
/// of one far away. The last call back into the list, but for its doors: a large trace would be stuck in a service that calls nobody.
fn calls(place: usize, count: usize) -> Vec<(usize, usize)> {
    let mut random = Random::new(hash("calls").wrapping_add(place as u64));
    let far = 1 + random.below(count as u64) as usize;
    [1, 2, 3, place + 1, place + 2, far]
        .into_iter()
        .map(|further| match place + further {
            later if later < count => later,
            beyond => DOORS.min(count - 1) + beyond % count.saturating_sub(DOORS).max(1),
        })
        .filter(|&to| to != place)
        .map(|to| (to, random.below(OPERATIONS as u64) as usize))
        .collect()
}

fn process(place: usize, service: &Service, instance: u64) -> Process {
    let (language, sdk) = LANGUAGES[place % LANGUAGES.len()];
    let node = (place as u64 * 7 + instance) % 24;
    let name = &service.name;
    let pod = hash(&format!("{name}{instance}")) & 0xff_ffff;
    Process {
        service_name: name.clone(),
        tags: vec![
            Tag::new("host.name", format!("node-{node:02}")),
            Tag::new("ip", format!("10.{}.{instance}.{}", place / 250, place % 250 + 1)),
            Tag::new("k8s.namespace.name", "parcels"),
            Tag::new("k8s.pod.name", format!("{name}-{pod:06x}")),
            Tag::new("service.version", format!("2.{}.{instance}", place % 9)),
            Tag::new("cloud.region", REGIONS[(place + instance as usize) % REGIONS.len()]),
            Tag::new("telemetry.sdk.language", language),
            Tag::new("telemetry.sdk.name", "opentelemetry"),
            Tag::new("telemetry.sdk.version", sdk),
        ],
    }
}
