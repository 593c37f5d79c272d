// `npm run erasure -- PEOPLE SEED`: people with marks in every store; every second one is erased, then every byte is searched.
import { tmpdir } from "node:os";
import { checkLog } from "#record/store/log-check.ts";
import { readVerifier } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import { findPerson } from "#record/store/person-in-log.ts";
import { erasePerson } from "#surface/privacy/erasure.ts";
import { verifyCertificate } from "#surface/privacy/verify-certificate.ts";
import { filesWith, makeWorld, PORTS, type Somebody, traceOf, worldFolder } from "./world.ts";

const [count = 50, seed = 1] = process.argv.slice(2).map(Number);
const textsOf = ({ user, mail, sessions }: Somebody) => [user, mail, ...sessions];
const folder = worldFolder(tmpdir());
try {
  const world = await makeWorld(folder.path, count, seed);
  const { directories, people, root } = world;
  const gone = people.filter((_, place) => place % 2 === 1);
  const stay = people.filter((_, place) => place % 2 === 0);
  const planted = gone.reduce((sum, one) => sum + filesWith(root, textsOf(one)).length, 0);
  const before = stay.map((one) => traceOf(root, one));
  const certificates: string[] = [];
  const startMs = performance.now();
  for (const one of gone)
    certificates.push((await erasePerson(world.request(one), PORTS)).certificate);
  const tookMs = performance.now() - startMs;
  const left = gone.flatMap((one) => filesWith(root, textsOf(one)));
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
  const lines = [
    `${people.length} people, ${gone.length} erased in ${Math.round(tookMs)} ms (${Math.round(tookMs / gone.length)} ms each)`,
    `places with marks of them before: ${planted}; after: ${left.length}`,
    `certificates that hold: ${holding} of ${certificates.length}; faults of the log: ${faults.length}`,
    `people who stayed and are whole: ${whole} of ${stay.length}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (left.length + faults.length > 0 || holding < gone.length || whole < stay.length)
    process.exitCode = 1;
} finally {
  folder.remove();
}
