// The fields of a tool as its JSON schema has them: the places for values, and an input that the schema accepts.

/** What the client sends of a tool with its requests. */
export type OfferedTool = { readonly name: string; readonly input_schema: Schema };

export type Schema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
};

/** One place for a value: `findings[].file`; its schema says which values it takes. */
export type Field = { readonly path: string; readonly schema: Schema };

/** Every place for a value, in the order of the schema. */
export function fieldsOf(schema: Schema, at = ""): readonly Field[] {
  if (schema.anyOf !== undefined) {
    const found = schema.anyOf.flatMap((one) => fieldsOf(one, at));
    return found.filter(({ path }, index) => found.findIndex((one) => one.path === path) === index);
  }
  if (schema.type === "array") return fieldsOf(schema.items ?? {}, `${at}[]`);
  if (schema.type !== "object") return [{ path: at, schema }];
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
    fieldsOf(one, at === "" ? name : `${at}.${name}`),
  );
  const more = schema.additionalProperties;
  return typeof more === "object" && at !== "" ? [...named, ...fieldsOf(more, `${at}.*`)] : named;
}

/** Whether any text may stand there: no choice of words, no number. */
export function takesText({ schema }: Field): boolean {
  return (schema.type === "string" || schema.type === undefined) && schema.enum === undefined;
}

/** The smallest input that a schema accepts. */
export function leastInput(schema: Schema): unknown {
  if (schema.anyOf?.[0] !== undefined) return leastInput(schema.anyOf[0]);
  if (schema.enum !== undefined) return schema.enum[0];
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, leastInput(schema.properties?.[name] ?? {})]),
      );
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, () => leastInput(schema.items ?? {}));
    case "integer":
    case "number":
      return schema.minimum !== undefined && schema.minimum > 0 ? schema.minimum : 1;
    case "boolean":
      return false;
    default:
      if (schema.format === "uri") return "https://127.0.0.1:9/";
      return "canary-text";
  }
}

/** The input with a value put at the place of a field; lists and objects on the way are made as their schema wants them. */
export function withField(schema: Schema, input: unknown, path: string, value: unknown): unknown {
  if (path === "") return value;
  const branch = schema.anyOf?.find((one) => fieldsOf(one).some((field) => field.path === path));
  if (branch !== undefined) return withField(branch, input, path, value);
  if (path.startsWith("[]")) {
    const items = schema.items ?? {};
    const [first, ...rest] = Array.isArray(input) && input.length > 0 ? input : [leastInput(items)];
    return [withField(items, first, path.slice(2).replace(/^\./u, ""), value), ...rest];
  }
  const name = /^[^.[]+/u.exec(path)?.[0] ?? path;
  const rest = path.slice(name.length).replace(/^\./u, "");
  const object = Object(typeof input === "object" ? input : leastInput(schema));
  const more = schema.additionalProperties;
  const inner = schema.properties?.[name] ?? (typeof more === "object" ? more : {});
  const key = name === "*" ? "key" : name;
  const before = object[key] ?? leastInput(inner);
  return { ...object, [key]: withField(inner, rest === "" ? undefined : before, rest, value) };
}
