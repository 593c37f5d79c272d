// Package managers of systems and languages: what they bring, take away and show, declared by their verbs.
import type {
  CommandModel,
  Consequence,
  Invocation,
  ModelContext,
  OptionSpec,
} from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { asksRegistry, type RegistrySettings } from "./registry-queries.ts";
import {
  deploys,
  installs,
  readOnlyVerb,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";
import { both } from "../model/verbs.ts";

/** Options with which lists are asked for, of all of them. */
const LISTING: readonly OptionSpec[] = [
  flags(
    "aqisnhlvefLSWV",
    "--installed --upgradable --all-versions --names-only --full --quiet --help --manual-installed --versions --json --cask --formula --list --status --search --show --recurse --installed-only --verbose --version --all --tree --outdated --local --remote --explicit",
  ),
  taking("-t --repo --target-release --format --columns"),
];

/** Verbs of a package manager, separated by commas. */
export type PackageManager = {
  readonly names: readonly string[];
  /** Options in front of the verb: flags, and those with a value. */
  readonly style?: string;
  readonly named?: string;
  readonly brings?: string;
  readonly shows?: string;
  readonly asks?: string;
  /** Where another registry than the usual one may be named; without it any may be asked. */
  readonly registry?: RegistrySettings;
  readonly drops?: string;
  readonly publishes?: string;
  readonly runs?: string;
  /** What the packages that go belonged to, in the words of a question. */
  readonly place?: string;
  /** Further verbs, and what happens for any other. */
  readonly rows?: readonly (readonly [string, Verb])[];
  readonly otherwise?: Verb;
  readonly before?: (invocation: Invocation, context: ModelContext) => readonly Consequence[];
};

/** The model of a package manager. */
export function packageManager(spec: PackageManager): CommandModel {
  const { names, style, named, otherwise, before, place = "machine" } = spec;
  const rows: readonly (readonly [string | undefined, Verb])[] = [
    [spec.brings, installs()],
    [spec.shows, readOnlyVerb(...LISTING)],
    [spec.asks, spec.registry === undefined ? talksTo(undefined) : asksRegistry(spec.registry)],
    [spec.drops, deploys(place, "remove-packages")],
    [spec.publishes, both(publishes("package", undefined), runsCode())],
    [spec.runs, runsCode()],
  ];
  return verbModel({
    names,
    options: {
      about: flags("-h -V --version --help"),
      ...(style === undefined ? {} : { style: flags(style) }),
      ...(named === undefined ? {} : { named: taking(named) }),
    },
    table: verbs(
      ...rows.flatMap(([list, verb]) => (list === undefined ? [] : [[list, verb] as const])),
      ...(spec.rows ?? []),
    ),
    ...(otherwise === undefined ? {} : { otherwise }),
    ...(before === undefined ? {} : { before }),
  });
}
