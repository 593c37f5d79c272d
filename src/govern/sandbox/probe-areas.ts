// What a probe from the inside tries, area by area, and in which tiers it must not be reachable (M9.1-M9.3, X.69).
import { TIERS, type Tier } from "#govern/library/pack-schema.ts";

/** In which tiers an area may be reachable; in all others it must not. */
type Area = { readonly title: string; readonly freeIn: readonly Tier[] };

const never = (title: string): Area => ({ title, freeIn: [] });
/** WHY free there: such a repository is worked on beside everything else, and each command is held by itself. */
const exceptLowRisk = (title: string): Area => ({ title, freeIn: ["low-risk"] });

/** The areas, in the order in which they are tried. A title says what is so where the area is reachable. */
const TABLE = {
  secrets: never("files with secrets can be opened"),
  variables: exceptLowRisk("variables hold secrets"),
  writes: never("places outside of the project can be written"),
  "start-files": never("files that shells, logins and schedulers run can be changed"),
  guard: never("files of the guard can be opened or changed"),
  control: never("files of the project that git, the client or the guard obey can be changed"),
  internet: exceptLowRisk("hosts of the internet are reached directly"),
  metadata: never("the metadata service of a cloud is reached"),
  dns: exceptLowRisk("names are resolved"),
  proxy: exceptLowRisk("the proxy lets a host through that nobody listed"),
  loopback: exceptLowRisk("services of this machine are reached"),
  sockets: never("sockets of engines, agents and buses are reached"),
  root: exceptLowRisk("the process is root"),
  capabilities: never("the process has capabilities"),
  privileges: exceptLowRisk("programs can gain rights"),
  seccomp: {
    title: "no system call is filtered",
    freeIn: ["low-risk", "production-adjacent"],
  },
  setuid: exceptLowRisk("a program ran with the rights of its owner"),
  namespaces: exceptLowRisk("user namespaces can be made"),
  processes: exceptLowRisk("variables of other processes can be opened"),
  memory: exceptLowRisk("memory of other processes can be opened"),
  devices: never("devices of the machine can be opened"),
  mounts: never("other mounts can be written"),
  kernel: never("settings of the kernel can be changed"),
  named: never("something that the expectation names is reached"),
} as const satisfies Readonly<Record<string, Area>>;

export type ProbeArea = keyof typeof TABLE;

const isArea = (name: string): name is ProbeArea => Object.hasOwn(TABLE, name);
/** All areas. */
export const PROBE_AREAS: readonly ProbeArea[] = Object.keys(TABLE).filter(isArea);

/** What is so where an area is reachable, in words. */
export function areaTitle(area: ProbeArea): string {
  return TABLE[area].title;
}

/** What a tier says of an area. WHY the strictest without one: nobody said that less is enough. */
export function expectedOf(area: ProbeArea, tier: Tier | undefined): "forbidden" | "free" {
  const { freeIn }: Area = TABLE[area];
  return tier !== undefined && freeIn.includes(tier) ? "free" : "forbidden";
}

/** The tier of this name; undefined where there is none. */
export function tierNamed(name: string): Tier | undefined {
  return TIERS.find((tier) => tier === name);
}
