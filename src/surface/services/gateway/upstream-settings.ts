// How this machine reaches registries: through which proxy, with whose certificates besides; said once, kept privately.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { REFERENCE_CHARS_MAX } from "#govern/secrets/reference.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import {
  type CompanyProxy,
  companyProxy,
  type Connect,
  connectDirectly,
  connectThrough,
} from "./upstream.ts";

const settingsSchema = v.strictObject({
  version: v.literal(1),
  /** Its password may stand in it. */
  proxy: v.optional(v.pipe(v.string(), v.maxLength(2_048))),
  /** Where its user and password are kept, as `proxyLogin` reads it. */
  login: v.optional(v.pipe(v.string(), v.maxLength(REFERENCE_CHARS_MAX))),
  /** Path of a file in PEM. */
  ca: v.optional(v.pipe(v.string(), v.maxLength(4_096))),
});

/** Both undefined where nothing was said. */
export type UpstreamSettings = {
  readonly proxy?: string | undefined;
  readonly login?: string | undefined;
  readonly ca?: string | undefined;
};

/** Reads them; none where there is no file. Throws a Failure for a damaged one: going another way would be a surprise. */
export function readUpstreamSettings(path: string): UpstreamSettings {
  const text = readPrivateFile(path, { secret: true });
  if (text === undefined) return {};
  try {
    const { proxy, login, ca } = v.parse(settingsSchema, JSON.parse(text));
    return { proxy, login, ca };
  } catch {
    throw new Failure(
      "gateway-settings",
      `\`${path}\` is damaged; remove it and run \`sallyport gateway start\` with \`--proxy\` and \`--ca\` as needed`,
    );
  }
}

/** Keeps them. */
export function writeUpstreamSettings(path: string, { proxy, login, ca }: UpstreamSettings): void {
  const said = {
    version: 1,
    ...(proxy === undefined ? {} : { proxy }),
    ...(login === undefined ? {} : { login }),
    ...(ca === undefined ? {} : { ca }),
  };
  writePrivateFile(path, `${JSON.stringify(said)}\n`);
}

/** The way to registries. Throws as `namedProxy`. */
export function connectBy({ proxy }: UpstreamSettings, authorization?: string): Connect {
  if (proxy === undefined) return connectDirectly;
  const company = namedProxy(proxy);
  return connectThrough(authorization === undefined ? company : { ...company, authorization });
}

/** The proxy that a person named. Throws a Failure for an address that is none of a plain proxy; it may hold a password and is not told. */
export function namedProxy(address: string): CompanyProxy {
  const company = companyProxy(address);
  if (company === undefined)
    throw new Failure("usage", "`--proxy` is an address such as `http://proxy.example:3128`");
  return company;
}
