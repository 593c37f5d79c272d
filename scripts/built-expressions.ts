// Prints the regular expressions that modules build while they are loaded, as JSON. The arguments are their addresses.

type Built = { readonly source: string; readonly flags: string; readonly from: string };

const Native = globalThis.RegExp;
const built = new Map<string, Built>();
let from = "";

function noted(pattern: RegExp): RegExp {
  const { source, flags } = pattern;
  built.set(`${flags}/${source}`, { source, flags, from: `built by ${from}` });
  return pattern;
}

globalThis.RegExp = new Proxy(Native, {
  construct: (target, args: [string, string]) => noted(Reflect.construct(target, args)),
  apply: (target, itself, args: [string, string]) =>
    noted(Reflect.apply(target, itself, args) as RegExp),
});
for (const module of process.argv.slice(2)) {
  from = module;
  await import(module);
}
globalThis.RegExp = Native;
process.stdout.write(JSON.stringify([...built.values()]));
