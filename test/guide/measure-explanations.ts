// `npx tsx -C source test/guide/measure-explanations.ts [--write]`: prints the guide page of explanations, or writes it.
import { explanationsPage, writeExplanationsPage } from "./explanations.ts";

if (process.argv.includes("--write")) await writeExplanationsPage();
else process.stdout.write(await explanationsPage());
