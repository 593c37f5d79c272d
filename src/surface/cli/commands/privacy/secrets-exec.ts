// `sallyport secrets exec`: secrets into the environment of one program, by reference.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { parseReference, type SecretReference, VARIABLE } from "#govern/secrets/reference.ts";
import { readSecretsFile } from "#govern/secrets/secrets-file.ts";
import type { SecretValue } from "#govern/secrets/secret-value.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openProvider } from "../../../services/secrets/providers/open-provider.ts";
import { runWithSecrets, withoutLogins } from "../../../services/secrets/run-with-secrets.ts";
import { openSecretRecord, recorded } from "../../../services/secrets/secret-record.ts";
import { machineSetting, type ProviderSetting } from "../../../services/secrets/setting.ts";
import { requireInstall } from "../../operator/operator-orders.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";

const SECRETS_MAX = 64;

/** What the command line asks for: variables with their references, and the program's words. */
export type ExecOrder = {
  readonly wanted: ReadonlyMap<string, SecretReference>;
  readonly program: readonly string[];
  readonly data: string | undefined;
  /** Logins of managers of secrets that the program gets all the same. */
  readonly keep: readonly string[];
};

/** Reads the words of the command. Throws a Failure that says what is missing. */
export function readExecOrder(
  words: readonly string[],
  readFile: (path: string) => string,
): ExecOrder {
  const end = words.indexOf("--");
  if (end === -1 || end === words.length - 1)
    throw usage(
      "name the program behind `--`, as in `sallyport secrets exec --env KEY=vault:secret/app#key -- npm test`",
    );
  const { values } = parseWords(words.slice(0, end));
  const wanted = new Map<string, SecretReference>();
  const only = values.only?.flatMap((names) => names.split(","));
  for (const file of values.from ?? []) {
    for (const { variable, reference } of readSecretsFile(readFile(file), file))
      if (only === undefined || only.includes(variable)) wanted.set(variable, reference);
  }
  for (const pair of values.env ?? []) {
    const at = pair.indexOf("=");
    const variable = pair.slice(0, Math.max(at, 0));
    if (!VARIABLE.test(variable))
      throw usage("`--env` is written `NAME=REFERENCE`, and a name has letters, digits and `_`");
    wanted.set(variable, parseReference(pair.slice(at + 1)));
  }
  const absent = only?.find((name) => !wanted.has(name));
  if (absent !== undefined) throw usage("`--only` names a variable that no file of `--from` has");
  if (wanted.size === 0) throw usage("say which secrets: `--env NAME=REFERENCE` or `--from FILE`");
  if (wanted.size > SECRETS_MAX) throw usage(`at most ${SECRETS_MAX} secrets at once`);
  const keep = (values.keep ?? []).flatMap((names) => names.split(","));
  if (!keep.every((name) => VARIABLE.test(name)))
    throw usage("`--keep` takes names of variables, separated by commas");
  return { wanted, program: words.slice(end + 1), data: values.data, keep };
}

/** The values, each on record as given before it is returned. One that cannot be had ends it all: no program starts with half of them. */
async function fetchAll(
  { wanted, data }: ExecOrder,
  setting: ProviderSetting,
): Promise<ReadonlyMap<string, SecretValue>> {
  const { directories } = requireInstall(directoriesIn(data ?? dataDirectory()));
  const record = await openSecretRecord(directories);
  const values = new Map<string, SecretValue>();
  for (const [variable, reference] of wanted) {
    const provider = await openProvider(reference.provider, setting);
    const { value } = await recorded(
      record,
      { what: "given", reference },
      () => provider.get(reference),
      (got) => ({ version: got.version, leaseSeconds: got.leaseSeconds }),
    );
    values.set(variable, value);
  }
  return values;
}

/** `sallyport secrets exec`. */
export const execCommand = defineCommand({
  meta: {
    name: "exec",
    description: `run one program with secrets in its environment, and nowhere else

  sallyport secrets exec --env API_KEY=keychain:app/api --env DB=vault:secret/db#url -- npm test
  sallyport secrets exec --from .sallyport/secrets.yaml --only API_KEY -- ./deploy

A file of \`--from\` has \`secrets:\` with \`NAME: reference\`. Only what is named here is read: a project's file is never taken by itself.`,
  },
  args: {
    env: {
      type: "string",
      valueHint: "NAME=REFERENCE",
      description: "one secret; may be repeated",
    },
    from: {
      type: "string",
      valueHint: "FILE",
      description: "a file of references; may be repeated",
    },
    only: { type: "string", valueHint: "NAMES", description: "of the file, only these" },
    keep: {
      type: "string",
      valueHint: "NAMES",
      description:
        "logins that the program needs itself, such as VAULT_TOKEN; without it, it gets none of a manager of secrets",
    },
    ...dataOption,
  },
  async run({ rawArgs }) {
    const order = readExecOrder(rawArgs, readReferences);
    const secrets = await fetchAll(order, machineSetting(process.env));
    const used = [...order.wanted.values()].map(({ provider }) => provider);
    const { environment } = withoutLogins(process.env, used, order.keep);
    process.exitCode = await runWithSecrets(order.program, secrets, environment);
  },
});

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        env: { type: "string", multiple: true },
        from: { type: "string", multiple: true },
        only: { type: "string", multiple: true },
        keep: { type: "string", multiple: true },
        data: { type: "string" },
      },
    });
  } catch (cause) {
    throw new Failure(
      "usage",
      "options are `--env NAME=REFERENCE`, `--from FILE`, `--only NAMES`, `--keep NAMES` and `--data DIR`; the program stands behind `--`",
      { cause },
    );
  }
}

/** The text of a file of references. Throws a Failure where it cannot be read. */
export function readReferences(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Failure("secrets-file", "this file of references cannot be read", {
      cause,
      at: { file: path },
    });
  }
}

function usage(message: string): Failure {
  return new Failure("usage", message);
}
