#!/usr/bin/env python3
"""Counts what tests/search/counted.rs asks for, from the raw files of ../shared/fixtures/jaeger: traces, and spans."""
import json, pathlib

folder = pathlib.Path(__file__).resolve().parents[3] / "shared/fixtures/jaeger"


def load(name):
    traces = []
    for trace in json.load(open(folder / name))["data"]:
        spans = []
        for span in trace["spans"]:
            tags = {tag["key"]: tag["value"] for tag in span.get("tags") or []}
            parents = [ref["spanID"] for ref in span.get("references") or [] if ref["refType"] == "CHILD_OF"]
            service = trace["processes"][span["processID"]]["serviceName"]
            spans.append(dict(id=span["spanID"], name=span["operationName"], us=span["duration"], tags=tags,
                              parent=parents[0] if parents else None, service=service))
        traces.append(spans)
    return traces


def told(what, traces, wanted, enough=lambda found: len(found) > 0):
    found = [[span for span in spans if wanted(span, {other["id"]: other for other in spans})] for spans in traces]
    found = [spans for spans in found if spans and enough(spans)]
    print(f"{what}: {len(found)} traces, {sum(map(len, found))} spans")


hotel, orders = load("traceweaver-hotel-reservation-300.json"), load("order-sim.json")
told("gRPC above 10 ms", hotel, lambda span, _: span["tags"].get("component") == "gRPC" and span["us"] > 10_000)
told("geo right below search", hotel, lambda span, by: span["service"] == "geo" and
     span["parent"] in by and by[span["parent"]]["service"] == "search")
told("more than six reservations of stock", orders, lambda span, _: span["name"] == "stock.Reserve" and span["service"] == "stock",
     lambda found: len(found) > 6)
told("item 5 and up", orders, lambda span, _: isinstance(span["tags"].get("item.index"), int) and span["tags"]["item.index"] >= 5)
told("servers right below clients", orders, lambda span, by: span["tags"].get("span.kind") == "server" and
     span["parent"] in by and by[span["parent"]]["tags"].get("span.kind") == "client")
told("errors", orders, lambda span, _: span["tags"].get("error") is True)
told("form: stock, postgresql, 1 ms at least", orders, lambda span, _: span["service"] == "stock" and
     span["tags"].get("db.system") == "postgresql" and span["us"] >= 1_000)
