// `sallyport secrets list`: names and dates, of a project's references or of a place at a provider; never a value.
import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { parsePlace, secretName } from "#govern/secrets/reference.ts";
import { rotationStates, type RotationState } from "#govern/secrets/rotation.ts";
import { readSecretsFile, SECRETS_PATH } from "#govern/secrets/secrets-file.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openProvider } from "../../../services/secrets/providers/open-provider.ts";
import { readRotations } from "../../../services/secrets/rotation-file.ts";
import { machineSetting } from "../../../services/secrets/setting.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { readReferences } from "./secrets-exec.ts";

const LISTED_MAX = 1_000;

/** `sallyport secrets list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `the secrets that a project refers to, or those of a place, and which are due to be replaced

  sallyport secrets list                         those of ${SECRETS_PATH}
  sallyport secrets list vault:secret/app        names below a path
  sallyport secrets list gcp:my-project --json`,
  },
  args: {
    place: { type: "positional", required: false, description: "a provider and a path there" },
    from: {
      type: "string",
      valueHint: "FILE",
      description: `references (default: ${SECRETS_PATH})`,
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const found =
      args.place === undefined ? named(args.from ?? SECRETS_PATH) : await atProvider(args.place);
    const kept = readRotations(directories).map((rotation) => ({
      ...rotation,
      days: found.find(({ name }) => name === rotation.name)?.days ?? rotation.days,
    }));
    const states = rotationStates(found, kept, Date.now());
    await print(args.json === true ? printableJson(states) : listText(states));
    if (states.some(({ isDue }) => isDue)) process.exitCode = 1;
  },
});

type Found = {
  readonly name: string;
  readonly changedMs?: number | undefined;
  readonly days?: number | undefined;
};

function named(file: string): readonly Found[] {
  if (!existsSync(file))
    throw new Failure(
      "secrets-file",
      `there is no \`${file}\` here: name a place, as in \`sallyport secrets list vault:secret\`, or write one (docs/guide/secrets.md)`,
    );
  return readSecretsFile(readReferences(file), file).map(({ reference, rotateDays }) => ({
    name: secretName(reference),
    days: rotateDays,
  }));
}

async function atProvider(place: string): Promise<readonly Found[]> {
  const { provider: name, path } = parsePlace(place);
  const provider = await openProvider(name, machineSetting(process.env));
  if (provider.list === undefined)
    throw new Failure(
      "secret-setup",
      `${name} has no list that leaves the values out: name its secrets in \`${SECRETS_PATH}\``,
    );
  return provider.list(path, LISTED_MAX);
}

function listText(states: readonly RotationState[]): string {
  if (states.length === 0) return "there are none";
  return states.map((state) => `${printable(state.name)}  ${dueText(state)}`).join("\n");
}

/** When a secret is due, in words. */
export function dueText({ rotatedMs, days, isDue, daysLeft }: RotationState): string {
  if (rotatedMs === undefined || daysLeft === undefined)
    return `due: nobody knows when it was replaced (\`sallyport secrets rotate\`, with \`--done\` if it was)`;
  const since = new Date(rotatedMs).toISOString().slice(0, 10);
  return isDue
    ? `due: replaced ${since}, every ${days} days`
    : `replaced ${since}, due in ${daysLeft} days`;
}
