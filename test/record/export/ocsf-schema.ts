// Checks an OCSF event against our table of the schema: nothing that is not in it, types, enumerations with captions, profiles, constraints.
import { readFileSync } from "node:fs";
import { parse } from "yaml";

type Attributes = Readonly<Record<string, string>>;
type Shape = {
  readonly attributes?: Attributes;
  readonly "at-least-one"?: readonly (readonly string[])[];
  readonly since?: string;
};
type Enum = Readonly<Record<string, string>>;
type Schema = {
  readonly enums: Readonly<Record<string, Enum>>;
  readonly base: Attributes;
  readonly profiles: Readonly<Record<string, Shape>>;
  readonly classes: Readonly<
    Record<string, Shape & { readonly name: string; readonly activities: Enum }>
  >;
  readonly objects: Readonly<Record<string, Shape>>;
};
type Fields = Readonly<Record<string, unknown>>;

const schema = parse(
  readFileSync(new URL("../../corpus/exporters/ocsf-schema.yaml", import.meta.url), "utf8"),
) as Schema;

/** Numbers of the classes that events may have. */
export const OCSF_CLASSES: readonly number[] = Object.keys(schema.classes).map(Number);

/** What is wrong with an event, in words; empty when nothing is. */
export function ocsfFaults(event: Fields): readonly string[] {
  const shape = schema.classes[String(event["class_uid"])];
  if (shape === undefined) return [`no class ${String(event["class_uid"])}`];
  const { version, profiles } = (event["metadata"] ?? {}) as Fields;
  const named = Array.isArray(profiles) ? profiles.map(String) : [];
  const known = named.flatMap((name) => schema.profiles[name] ?? []);
  const attributes = Object.assign(
    { ...schema.base },
    ...known.map((profile) => profile.attributes ?? {}),
    shape.attributes ?? {},
  ) as Attributes;
  return [
    ...named.filter((name) => !(name in schema.profiles)).map((name) => `no profile ${name}`),
    ...known.flatMap(({ since }) => laterThan(since, version)),
    ...fieldFaults("", event, { ...shape, attributes }, version),
    ...numberFaults(event, shape.activities),
  ];
}

function laterThan(since: string | undefined, version: unknown): readonly string[] {
  return since !== undefined && String(version) < since ? [`of ${since}`] : [];
}

/** Class, category and type go together; a caption is that of its number, and 99 has a word of its own. */
function numberFaults(event: Fields, activities: Enum): readonly string[] {
  const [classUid, activity] = [Number(event["class_uid"]), Number(event["activity_id"])];
  const caption = activities[String(activity)];
  return [
    ...(event["type_uid"] === classUid * 100 + activity ? [] : ["type_uid"]),
    ...(event["category_uid"] === Math.floor(classUid / 1_000) ? [] : ["category_uid"]),
    ...(caption === undefined ? [`activity ${activity}`] : []),
    ...captionFault("activity_name", activity, caption, event["activity_name"]),
    ...captionFault(
      "class_name",
      classUid,
      schema.classes[String(classUid)]?.name,
      event["class_name"],
    ),
  ];
}

function captionFault(
  name: string,
  number: unknown,
  caption: string | undefined,
  given: unknown,
): readonly string[] {
  if (number === 99) return given === undefined || given === "" ? [`${name} of 99`] : [];
  return given === undefined || given === caption ? [] : [`${name} is not ${caption}`];
}

function fieldFaults(
  at: string,
  fields: Fields,
  { attributes = {}, since, "at-least-one": constraints = [] }: Shape,
  version: unknown,
): readonly string[] {
  const has = (name: string) => fields[name] !== undefined;
  return [
    ...laterThan(since, version).map((fault) => `${at}${fault}`),
    ...Object.entries(attributes)
      .filter(([name, type]) => type.endsWith("!") && !has(name))
      .map(([name]) => `${at}${name} is missing`),
    ...constraints
      .filter((some) => !some.some(has))
      .map((some) => `${at}needs one of ${some.join()}`),
    ...Object.entries(fields).flatMap(([name, value]) => {
      const type = attributes[name]?.replace("!", "");
      if (type === undefined) return [`${at}${name} is no attribute here`];
      return typeFaults(`${at}${name}`, value, type, { fields, version });
    }),
  ];
}

function typeFaults(
  at: string,
  value: unknown,
  type: string,
  { fields, version }: { readonly fields: Fields; readonly version: unknown },
): readonly string[] {
  if (type.endsWith("*"))
    return Array.isArray(value)
      ? value.flatMap((one) => typeFaults(at, one, type.slice(0, -1), { fields: {}, version }))
      : [`${at} is no list`];
  const values = schema.enums[type];
  if (values !== undefined) {
    const caption = values[String(value)];
    if (typeof value !== "number" || caption === undefined) return [`${at} has no such value`];
    const sibling = at.split(".").at(-1)?.replace(/_id$/, "") ?? "";
    return captionFault(sibling, value, caption, fields[sibling]);
  }
  const object = schema.objects[type];
  if (object !== undefined)
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? fieldFaults(`${at}.`, value as Fields, object, version)
      : [`${at} is no object`];
  const isRight = {
    string: typeof value === "string",
    boolean: typeof value === "boolean",
    integer: Number.isSafeInteger(value),
    timestamp: Number.isSafeInteger(value) && Number(value) >= 0,
    anything: true,
  }[type];
  if (isRight === undefined) return [`${at} has a type that the table lacks: ${type}`];
  return isRight ? [] : [`${at} is no ${type}`];
}
