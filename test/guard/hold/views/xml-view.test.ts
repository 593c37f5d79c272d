// Views of settings in XML: well formed as before, what programs need as it was, and no password.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stream } from "#guard/hold/views/disguise.ts";
import { hasView, viewOf } from "#guard/hold/views/view.ts";

const stream: Stream = (value, count) =>
  Uint8Array.from({ length: count }, (_, at) =>
    createHash("sha256").update(`${at}:${value}`).digest().readUInt8(0),
  );
const of = (text: string, name = "settings.xml") => viewOf(`/h/.m2/${name}`, text, { stream });

const MAVEN = `<?xml version="1.0" encoding="UTF-8"?>
<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
          xsi:schemaLocation="http://maven.apache.org/SETTINGS/1.2.0 https://maven.apache.org/xsd/settings-1.2.0.xsd">
  <localRepository>/home/ada/.m2/repository</localRepository>
  <offline>true</offline>
  <servers>
    <server>
      <id>corp-releases</id>
      <username>deploy</username>
      <password>hunter2&amp;hunter2</password>
    </server>
    <server><id>b</id><privateKey>/home/ada/.ssh/id</privateKey><passphrase><![CDATA[over & out]]></passphrase></server>
  </servers>
  <mirrors><mirror><id>corp</id><mirrorOf>*,!local</mirrorOf><url>https://ada:s3cretword@repo.corp.example/maven?a=1&amp;b=2</url></mirror></mirrors>
  <proxies><proxy><active>true</active><protocol>http</protocol><host>proxy.corp.example</host><port>3128</port><password>w0rdofproxy</password></proxy></proxies>
  <activeProfiles><activeProfile>corp</activeProfile></activeProfiles>
</settings>
`;

describe("a view of Maven's settings", async () => {
  const shown = (await of(MAVEN)) ?? "";
  it.each([
    "<localRepository>/home/ada/.m2/repository</localRepository>",
    "<offline>true</offline>",
    "<id>corp-releases</id>",
    "<mirrorOf>*,!local</mirrorOf>",
    "@repo.corp.example/maven?a=1&amp;b=2</url>",
    "<host>proxy.corp.example</host><port>3128</port>",
    "<activeProfile>corp</activeProfile>",
    'xsi:schemaLocation="http://maven.apache.org/SETTINGS/1.2.0 https://maven.apache.org/xsd/settings-1.2.0.xsd"',
  ])("keeps %s", async (text) => {
    expect(shown).toContain(text);
  });
  it.each(["hunter2", "over &", "s3cretword", "w0rdofproxy"])("hides %s", async (secret) => {
    expect(MAVEN).toContain(secret);
    expect(shown).not.toContain(secret);
  });
  it("has as many lines, and the same elements", async () => {
    const elements = (text: string) => text.match(/<\/?[\w:]+/g);
    expect(shown.split("\n")).toHaveLength(MAVEN.split("\n").length);
    expect(elements(shown)).toEqual(elements(MAVEN));
  });
});

describe("a view of NuGet's settings", () => {
  it("keeps sources and hides what a key calls a password", async () => {
    const shown = await of(
      '<configuration><packageSources><add key="corp" value="https://nuget.corp.example/v3/index.json" protocolVersion="3" /></packageSources><packageSourceCredentials><corp><add key="Username" value="ada" /><add key="ClearTextPassword" value="sesame-open" /></corp></packageSourceCredentials></configuration>',
      "NuGet.Config",
    );
    expect(shown).toContain('key="corp" value="https://nuget.corp.example/v3/index.json"');
    expect(shown).toContain('key="ClearTextPassword" value="');
    expect(shown).not.toContain("sesame");
  });
});

describe("what is no settings file", () => {
  it.each([
    ["an element that is not closed", "<settings><offline>true</settings>"],
    ["a document type", '<!DOCTYPE s [<!ENTITY x "y">]><settings/>'],
    ["an entity of its own", "<settings><a>&x;</a></settings>"],
    ["two roots", "<settings/><settings/>"],
    ["no element", "password=hunter2"],
    ["an instruction", "<?php echo 1 ?><settings/>"],
  ])("has no view: %s", async (_what, text) => {
    expect(await of(text)).toBeUndefined();
  });
  it("is no settings by another name", async () => {
    expect([hasView("/p/pom.xml"), hasView("/h/.m2/settings.xml")]).toEqual([false, true]);
  });
});

it("no password comes through, whatever stands around it", async () => {
  const word = fc.stringMatching(/^[a-z]{9,14}[0-9]{2}$/);
  await fc.assert(
    fc.asyncProperty(
      word,
      fc.constantFrom("password", "passphrase", "token"),
      async (secret, name) => {
        for (const text of [
          `<s><${name}>${secret}</${name}></s>`,
          `<s><!-- ${name}: ${secret} --></s>`,
          `<s><${name}><![CDATA[${secret}]]></${name}></s>`,
          `<s><a ${name}="${secret}"/></s>`,
          `<s><add key='${name}' value='${secret}'/></s>`,
          `<s><add key="${name}" value="it's ${secret}"/></s>`,
          `<s><a b='"' ${name}='"${secret}"'/></s>`,
          `<s><url>https://u:${secret}@host/</url></s>`,
          `<s><${name}>${secret.replace(/./g, (one) => `&#${one.charCodeAt(0)};`)}</${name}></s>`,
        ]) {
          const shown = await of(text);
          expect(shown).toBeDefined();
          expect(shown).not.toContain(secret);
          expect(shown).not.toContain("&#");
        }
      },
    ),
    { numRuns: 200 },
  );
});
