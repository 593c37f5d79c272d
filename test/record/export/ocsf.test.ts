// OCSF events against the rules of the schema: required attributes, constraints and numbers of each class that we emit.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { ExportEntry } from "#record/export/exporter.ts";
import { OCSF_VERSIONS, ocsfEvent } from "#record/export/forms/ocsf-event.ts";

const corpus = (name: string) =>
  readFileSync(new URL(`../../corpus/exporters/${name}`, import.meta.url), "utf8");
const entries = parse(corpus("reference.yaml")) as readonly ExportEntry[];
const hostile = parse(corpus("entries.yaml")) as readonly ExportEntry[];

type Rule = {
  readonly required: readonly string[];
  readonly activities: readonly number[];
  /** Object to attributes of which it needs one at least. */
  readonly oneOf?: Readonly<Record<string, readonly string[]>>;
  readonly needs?: Readonly<Record<string, readonly string[]>>;
};

const BASE = [
  ...["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"],
];
const ACTOR = ["process", "user", "invoked_by", "session", "app_name", "app_uid"];
const ENDPOINT = [
  "ip",
  "uid",
  "name",
  "hostname",
  "instance_uid",
  "interface_uid",
  "interface_name",
];
/** Taken from the schema's own files of classes and objects, version 1.8.0: no npm package carries them. */
const RULES: Readonly<Record<number, Rule>> = {
  0: { required: [], activities: [0, 99] },
  1001: {
    required: ["actor", "device", "file"],
    activities: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 99],
    oneOf: { actor: ACTOR, device: ENDPOINT },
    needs: { file: ["name", "type_id"], device: ["type_id"] },
  },
  1007: {
    required: ["actor", "device", "process"],
    activities: [1, 2, 3, 4, 5, 99],
    oneOf: { actor: ACTOR, device: ENDPOINT, process: ["pid", "uid", "cpid"] },
    needs: { device: ["type_id"] },
  },
  2004: { required: ["finding_info"], activities: [1, 2, 3, 99], needs: { finding_info: ["uid"] } },
  3004: {
    required: ["entity"],
    activities: [1, 2, 3, 4, 99],
    oneOf: { actor: ACTOR, entity: ["name", "uid"] },
  },
  4002: {
    required: ["http_request"],
    activities: [1, 2, 3, 4, 5, 6, 7, 8, 9, 99],
    oneOf: { src_endpoint: ENDPOINT },
  },
  6002: { required: ["app"], activities: [1, 2, 3, 4, 99], needs: { app: ["name"] } },
  6003: {
    required: ["actor", "api", "src_endpoint"],
    activities: [1, 2, 3, 4, 99],
    oneOf: { actor: ACTOR, src_endpoint: ENDPOINT },
    needs: { api: ["operation"] },
  },
};

type Event = Readonly<Record<string, unknown>>;

/** What is wrong with an event, in words. */
function faultsOf(event: Event): readonly string[] {
  const rule = RULES[Number(event["class_uid"])];
  if (rule === undefined) return [`no rule for class ${String(event["class_uid"])}`];
  const object = (name: string): Event => (event[name] ?? {}) as Event;
  const has = (of: Event, name: string) => Object.hasOwn(of, name) && of[name] !== undefined;
  const classUid = Number(event["class_uid"]);
  const activity = Number(event["activity_id"]);
  return [
    ...[...BASE, ...rule.required]
      .filter((name) => !has(event, name))
      .map((name) => `lacks ${name}`),
    ...Object.entries(rule.oneOf ?? {}).flatMap(([name, some]) =>
      has(event, name) && !some.some((one) => has(object(name), one))
        ? [`${name} has none of ${some.join()}`]
        : [],
    ),
    ...Object.entries(rule.needs ?? {}).flatMap(([name, all]) =>
      has(event, name)
        ? all.filter((one) => !has(object(name), one)).map((one) => `${name} lacks ${one}`)
        : [],
    ),
    ...(rule.activities.includes(activity) ? [] : [`activity ${activity}`]),
    ...(event["type_uid"] === classUid * 100 + activity ? [] : ["type_uid"]),
    ...(event["category_uid"] === Math.floor(classUid / 1_000) ? [] : ["category_uid"]),
    ...(activity === 99 && !has(event, "activity_name") ? ["99 without a name"] : []),
    ...(event["disposition_id"] === 99 && !has(event, "disposition") ? ["99 without a name"] : []),
    ...(has(object("metadata"), "product") && has(object("metadata"), "version")
      ? []
      : ["metadata"]),
    ...(has(event, "action_id") &&
    !(object("metadata")["profiles"] as string[]).includes("security_control")
      ? ["action without its profile"]
      : []),
    ...(has(event, "ai_agent") && !has(object("ai_agent"), "uid") ? ["ai_agent lacks uid"] : []),
  ];
}

describe.each(OCSF_VERSIONS)("version %s", (version) => {
  it("has every required attribute in every event, hostile ones too", () => {
    const faults = [...entries, ...hostile].flatMap((entry) =>
      faultsOf(ocsfEvent(entry, version)).map((fault) => `${entry.index}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });
});

it("chooses the class by what was done", () => {
  const classes = entries.map((entry) => ocsfEvent(entry)["class_uid"]);
  expect(classes).toEqual([0, 1007, 1001, 4002, 6003, 1007, 0, 6002, 3004, 2004, 0, 0]);
});

it("tells an agent only where the version has one", () => {
  const decision = entries[1];
  if (decision === undefined) throw new Error("no entry");
  expect(ocsfEvent(decision, "1.8.0")).not.toHaveProperty("ai_agent");
  expect(ocsfEvent(decision, "1.9.0")).toMatchObject({
    ai_agent: { uid: "main", instance_uid: "AAAAAAAAAAAAAAAAAAAAAA" },
    metadata: { version: "1.9.0", profiles: ["host", "security_control", "ai_operation"] },
  });
});

it("finds what a planted event lacks", () => {
  const decision = entries[1];
  if (decision === undefined) throw new Error("no entry");
  const { process: _, ...without } = ocsfEvent(decision);
  expect(faultsOf({ ...without, activity_id: 7 })).toEqual([
    "lacks process",
    "activity 7",
    "type_uid",
  ]);
});
