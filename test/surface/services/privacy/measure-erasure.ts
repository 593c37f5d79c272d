// `npm run erasure -- [PEOPLE SEED --write]`: people with marks in every store; every second one is erased, then every byte is searched; the page of it.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkLog } from "#record/store/log-check.ts";
import { readVerifier } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import { findPerson, openedEvents } from "#record/store/person-in-log.ts";
import { erasePerson } from "#surface/services/privacy/erasure.ts";
import { verifyCertificate } from "#surface/services/privacy/verify-certificate.ts";
import { startTeamStores } from "./team-store.ts";
import { filesWith, makeWorld, PORTS, type Somebody, traceOf, worldFolder } from "./world.ts";
import { scriptArguments } from "../../../../scripts/script-arguments.ts";

/** Where the stores of a world lie. */
const STORES = [
  ["data directory (log, index, keys, records)", "data"],
  ["archive", "archive"],
  ["files that events are delivered to", "shipped"],
  ["exports and other named folders", "exports"],
  ["the client's folder, engram", "home"],
  ["the client's temporary files", "tmp"],
  ["a vault of Obsidian", "vault"],
] as const;

const { values, positionals } = scriptArguments(import.meta.url, {
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [count = 100, seed = 1] = positionals.map(Number);
const textsOf = ({ user, mail, sessions }: Somebody) => [user, mail, ...sessions];
const folder = worldFolder(tmpdir());
const world = await makeWorld(folder.path, count, seed);
const team = await startTeamStores(world);
try {
  const { directories, people, root } = world;
  const gone = people.filter((_, place) => place % 2 === 1);
  const stay = people.filter((_, place) => place % 2 === 0);
  const goneTexts = gone.flatMap(textsOf);
  /** Files by store in which a mark of somebody who goes stands. */
  const marks = () =>
    STORES.map(([name, path]) => [name, filesWith(join(root, path), goneTexts).length] as const);
  const goneUsers = new Set(gone.map(({ user }) => user));
  /** Entries of the log that are theirs and can be opened; the archive holds the same bytes. */
  const openable = async () => {
    const { size } = await (await viewLog(directories.log, directories.keys)).checkpoint();
    let entries = 0;
    for await (const { owner } of openedEvents(directories, size))
      if (owner !== undefined && goneUsers.has(owner)) entries += 1;
    return entries;
  };
  const openableBefore = await openable();
  const planted = marks();
  const filled = await Promise.all(
    team.stores.map(async (store) => ({
      store,
      gone: await store.rowsOf(gone),
      stay: await store.rowsOf(stay),
      files: await store.filesWith(goneTexts),
    })),
  );
  const before = stay.map((one) => traceOf(root, one));
  const certificates: string[] = [];
  const startMs = performance.now();
  for (const one of gone) {
    const request = world.request(one);
    const where = { ...request.where, askOthers: team.askCollector };
    certificates.push((await erasePerson({ ...request, where }, PORTS)).certificate);
  }
  const tookMs = performance.now() - startMs;
  const left = new Map(marks());
  let holding = 0;
  for (const certificate of certificates) {
    const { checks } = await verifyCertificate(Buffer.from(certificate), directories);
    if (checks.length === 4 && checks.every(({ holds }) => holds)) holding += 1;
  }
  const size = await (await viewLog(directories.log, directories.keys)).size();
  let whole = 0;
  for (const [place, one] of stay.entries()) {
    const { own } = await findPerson(directories, size, one.user);
    const events = [...own.values()].reduce((sum, number) => sum + number, 0);
    if (events === 10 && traceOf(root, one) === before[place]) whole += 1;
  }
  const verifier = await readVerifier(directories.keys);
  if (verifier === undefined) throw new Error("the log has no verifier key");
  const { log, keys } = directories;
  const { faults } = await checkLog({ log, keys, verifier });
  const searched = await Promise.all(
    filled.map(async (before) => ({
      name: before.store.name,
      before,
      gone: await before.store.rowsOf(gone),
      stay: await before.store.rowsOf(stay),
      files: await before.store.filesWith(goneTexts),
    })),
  );
  const absent = ["PostgreSQL", "ClickHouse"].filter(
    (name) => !searched.some((store) => store.name === name),
  );
  const openableNow = await openable();
  const table = [
    `| log and archive: entries of theirs that can be opened | ${openableBefore} entries | ${openableNow} |`,
    ...planted.map(([name, files]) => `| ${name} | ${files} files | ${left.get(name)} |`),
    ...searched.flatMap(({ name, before, ...now }) => [
      `| ${name}: rows with a stand-in for them | ${before.gone} rows | ${now.gone} |`,
      `| ${name}: files of the store with a name, address or session id | ${before.files} | ${now.files} |`,
    ]),
    ...absent.map((name) => `| ${name} | not there | not there |`),
  ];
  const page = `# Erasing people

Written by \`npm run erasure -- ${count} ${seed} --write\`. ${people.length} made-up people, each with a user name, an address and two session ids that stand nowhere else, have events in the log and
marks in every store; every second one is erased by \`sallyport privacy erase\`'s own code, one after the other. Then every byte is searched, gzip opened, not through any code of ours.
PostgreSQL and ClickHouse (its engine, chdb) are handed the log as a collector hands it in, and asked as a daemon asks it.

| store | with marks of the ${gone.length} before | after |
|---|---:|---:|
${table.join("\n")}

- Certificates that verify (signed, told in the log, root as before, keys gone): ${holding} of ${certificates.length}.
- Faults of the log afterwards: ${faults.length}.
- People who stayed and are whole, by events and by files: ${whole} of ${stay.length}${searched.map(({ name, before, ...now }) => `; their rows in ${name}: ${before.stay} before, ${now.stay} after`).join("")}.

The log, the archive and the stores for many machines never hold a name: what is personal there is sealed, and goes with the key. What other systems were sent is in the
certificate as outstanding until somebody attests it. ClickHouse rewrites parts and removes the old ones after eight minutes (\`old_parts_lifetime\`): they hold
stand-ins and sealed names whose keys are gone.
`;
  process.stdout.write(
    `${page}\n${gone.length} erased in ${Math.round(tookMs)} ms (${Math.round(tookMs / gone.length)} ms each)\n`,
  );
  if (values.write)
    writeFileSync(new URL("../../../../docs/reference/erasure.md", import.meta.url), page);
  const residue = [
    ...left.values(),
    ...searched.flatMap((store) => [store.gone, store.files]),
    openableNow,
  ].reduce((sum, one) => sum + one, 0);
  const isWhole =
    holding === gone.length &&
    whole === stay.length &&
    searched.every((store) => store.stay === store.before.stay);
  if (residue + faults.length > 0 || !isWhole) process.exitCode = 1;
} finally {
  await team.stop();
  folder.remove();
}
