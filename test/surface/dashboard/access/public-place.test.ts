// Where browsers of other devices come in: nothing is sent in the clear, and nothing is reached from elsewhere unless it is said.
import { expect, it } from "vitest";
import { PHONES, readPublicPlace, TEAM } from "#surface/dashboard/access/public-place.ts";

const none = { listen: undefined, cert: undefined, key: undefined };
const read = (file: string) => Promise.resolve(`pem of ${file}`);

it("listens on this machine unless told", async () => {
  const place = await readPublicPlace({ ...none, url: "https://phone.example.com/" }, PHONES, read);
  expect(place).toMatchObject({ host: "127.0.0.1", port: 7421, tls: undefined });
});
it("takes a certificate for an address that other machines reach", async () => {
  const place = await readPublicPlace(
    { url: "https://phone.example.com:8443/", listen: "0.0.0.0:8443", cert: "c", key: "k" },
    PHONES,
    read,
  );
  expect(place).toMatchObject({ host: "0.0.0.0", port: 8443 });
  expect(place.tls).toEqual({ cert: "pem of c", key: "pem of k" });
});
it.each([
  ["no TLS for other machines", { url: "https://a.example/", listen: "0.0.0.0:1" }, /certificate/],
  ["no TLS on IPv6", { url: "https://a.example/", listen: "[::]:1" }, /certificate/],
  ["the clear to another machine", { url: "http://a.example/" }, /in the clear/],
  ["the clear beside a certificate", { url: "http://127.0.0.1/", cert: "c", key: "k" }, /https/],
  ["a key alone", { url: "https://a.example/", key: "k" }, /go together/],
  ["a query", { url: "https://a.example/?x=1" }, /address that a phone uses/],
  ["a name and password", { url: "https://a:b@a.example/" }, /address that a phone uses/],
  ["another scheme", { url: "javascript:alert(1)" }, /address that a phone uses/],
  ["no address", { url: "phone" }, /address that a phone uses/],
  ["no port", { url: "https://a.example/", listen: "127.0.0.1" }, /ADDRESS:PORT/],
  ["too high a port", { url: "https://a.example/", listen: "127.0.0.1:70000" }, /ADDRESS:PORT/],
])("refuses %s", async (_name, given, words) => {
  await expect(readPublicPlace({ ...none, ...given }, PHONES, read)).rejects.toThrow(words);
});
it("names the options of whoever comes in", async () => {
  const place = await readPublicPlace({ ...none, url: "https://team.example.com/" }, TEAM, read);
  expect(place).toMatchObject({ host: "127.0.0.1", port: 7422 });
  const open = { ...none, url: "https://team.example.com/", listen: "0.0.0.0:8443" };
  await expect(readPublicPlace(open, TEAM, read)).rejects.toThrow("`--cert` and `--key`");
  const clear = { ...none, url: "http://team.example.com/" };
  await expect(readPublicPlace(clear, TEAM, read)).rejects.toThrow("`--url` begins with `https:`");
});
