// Hosts by what they are for, and the hosts by which providers of models are reached, read from data.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";

const CHARS_MAX = 64 * 1024;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));
const hosts = v.pipe(v.array(text), v.maxLength(100));

const ClassSchema = v.strictObject({ id: text, title: text, hosts });
const ProviderSchema = v.strictObject({
  id: v.picklist(["anthropic", "bedrock", "vertex", "foundry"]),
  title: text,
  needs: v.array(v.picklist(["region", "resource"])),
  hosts: v.record(v.string(), hosts),
  private: v.record(v.string(), hosts),
  env: v.record(v.string(), v.string()),
  notes: v.array(text),
});
const DestinationsSchema = v.strictObject({
  id: v.literal("destinations"),
  title: text,
  description: text,
  classes: v.pipe(v.array(ClassSchema), v.minLength(1), v.maxLength(50)),
  providers: v.array(ProviderSchema),
});

/** A provider of models with the hosts by which it is reached, by class, from the internet and through private endpoints. */
export type Provider = v.InferOutput<typeof ProviderSchema>;
/** Classes in their order: the first that has a host counts. */
export type Destinations = {
  readonly classes: readonly {
    readonly id: string;
    readonly title: string;
    has(host: string): boolean;
  }[];
  readonly providers: readonly Provider[];
};

/** Reads them. Throws Failure `network-syntax` or `network-invalid` at the place of the fault. */
export function parseDestinations(source: string, file: string): Destinations {
  const options = { file, kind: "network", schema: DestinationsSchema, charsMax: CHARS_MAX };
  const { value } = readDeclaration(source, options);
  return {
    providers: value.providers,
    classes: value.classes.map(({ id, title, hosts: patterns }) => {
      const tests = patterns
        .flatMap((one) => (one === "registries" ? READING_REGISTRIES : [one]))
        .map(hostTest);
      return { id, title, has: (host) => tests.some((test) => test(host)) };
    }),
  };
}

/** `*` stands for one label or a part of one; at the beginning, with a dot, for labels below; `**` for every host. */
function hostTest(pattern: string): (host: string) => boolean {
  if (pattern === "**") return () => true;
  if (pattern.startsWith("*.")) return (host) => host.endsWith(pattern.slice(1));
  if (!pattern.includes("*")) return (host) => host === pattern;
  const expression = new RegExp(
    `^${pattern.replaceAll(/[.\\+^$|(){}[\]?]/g, "\\$&").replaceAll("*", "[a-z0-9-]+")}$`,
  );
  return (host) => expression.test(host);
}
