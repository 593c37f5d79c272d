// A small reader of JSON schemas (types, members, enumerations, bounds, references): enough for the rules of one format.

/** A schema as far as it is read here. */
export type Schema = {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Names that are not in `properties` are refused unless this is set. */
  readonly open?: true;
  readonly items?: Schema;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly minItems?: number;
  readonly pattern?: RegExp;
  readonly unique?: true;
};

/** Everything in a value that a schema does not take, each with its path. */
export function schemaFaults(value: unknown, schema: Schema, path = "$"): readonly string[] {
  const faults: string[] = [];
  const kind = Array.isArray(value) ? "array" : typeof value;
  if (schema.type !== undefined && !fits(value, kind, schema.type))
    return [`${path}: is ${kind}, not ${schema.type}`];
  if (schema.enum !== undefined && !schema.enum.includes(value as string))
    faults.push(`${path}: ${String(value)} is none of ${schema.enum.join(", ")}`);
  if (schema.minimum !== undefined && typeof value === "number" && value < schema.minimum)
    faults.push(`${path}: ${value} is less than ${schema.minimum}`);
  if (schema.pattern !== undefined && typeof value === "string" && !schema.pattern.test(value))
    faults.push(`${path}: \`${value}\` does not match`);
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) faults.push(`${path}: has too few`);
    if (
      schema.unique === true &&
      new Set(value.map((one) => JSON.stringify(one))).size < value.length
    )
      faults.push(`${path}: has one twice`);
    const { items } = schema;
    if (items !== undefined)
      faults.push(...value.flatMap((one, index) => schemaFaults(one, items, `${path}[${index}]`)));
  } else if (typeof value === "object" && value !== null) {
    const { properties = {} } = schema;
    for (const name of schema.required ?? [])
      if (!(name in value)) faults.push(`${path}: lacks ${name}`);
    for (const [name, member] of Object.entries(value)) {
      const rule = properties[name];
      if (rule !== undefined) faults.push(...schemaFaults(member, rule, `${path}.${name}`));
      else if (schema.open !== true) faults.push(`${path}: has ${name}, which is unknown`);
    }
  }
  return faults;
}

function fits(value: unknown, kind: string, type: NonNullable<Schema["type"]>): boolean {
  return type === "integer" ? Number.isInteger(value) : kind === type;
}
