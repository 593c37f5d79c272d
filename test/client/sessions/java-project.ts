// Ordinary work in a Java project with Maven.
import {
  changing,
  COMMON_FILES,
  DELEGATING,
  looking,
  STOPPED,
  SUB_AGENT,
  served,
} from "./common-actions.ts";
import type { OrdinaryProject } from "./ordinary-session.ts";

const SOURCE = "src/main/java/shop/Prices.java";
const LANDMARKS = {
  source: SOURCE,
  word: "total",
  old: "  static int total",
  edited: "  /** Adds up. */\n  static int total",
  folder: "src",
  pattern: "*.java",
};

const HALF = (divisor: number) =>
  `package shop;\n\nclass Half {\n  static int of(int price) {\n    return price / ${divisor};\n  }\n}\n`;

const test = (name: string, body: string) =>
  `package shop;\n\nimport static org.junit.Assert.assertEquals;\n\nimport org.junit.Test;\n\npublic class ${name} {\n  @Test\n  public void works() {\n    ${body}\n  }\n}\n`;

export const project: OrdinaryProject = {
  name: "shop-java",
  // The versions in its pom.xml are those of Debian's packages, which Maven takes without a network.
  programs: ["mvn", "javac", "/usr/share/maven-repo/junit/junit/4.13.2"],
  files: {
    ...COMMON_FILES,
    "pom.xml": `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>shop</groupId>
  <artifactId>shop</artifactId>
  <version>1.0.0</version>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version><scope>test</scope></dependency>
  </dependencies>
  <build><plugins>
    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.0</version></plugin>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.10.1</version></plugin>
    <plugin><artifactId>maven-surefire-plugin</artifactId><version>2.22.3</version></plugin>
    <plugin><artifactId>maven-jar-plugin</artifactId><version>3.3.0</version></plugin>
  </plugins></build>
</project>
`,
    [SOURCE]:
      "package shop;\n\nclass Prices {\n  static int total(int... prices) {\n    int sum = 0;\n    for (int price : prices) sum += price;\n    return sum;\n  }\n}\n",
    "src/main/java/shop/ShopServer.java":
      'package shop;\n\nimport com.sun.net.httpserver.HttpServer;\nimport java.net.InetSocketAddress;\n\npublic class ShopServer {\n  public static void main(String[] args) throws Exception {\n    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 3127), 0);\n    server.createContext("/", exchange -> {\n      byte[] body = "hello from java\\n".getBytes();\n      exchange.sendResponseHeaders(200, body.length);\n      exchange.getResponseBody().write(body);\n      exchange.close();\n    });\n    server.start();\n  }\n}\n',
    "src/test/java/shop/PricesTest.java": test(
      "PricesTest",
      "assertEquals(5, Prices.total(2, 3));",
    ),
    // WHY here and not in the home: Maven asks the system for the home and not the environment.
    ".mvn/maven.config": "-Dmaven.repo.local=/usr/share/maven-repo\n",
    ".gitignore": "target\n.env\n",
  },
  actions: [
    ...looking(LANDMARKS),
    { call: "cat pom.xml", expect: "runs", shows: /shop/ },
    { call: "java -version 2>&1 | head -1 && javac -version", expect: "runs" },
    { call: "mvn -v | head -1", expect: "runs", shows: /Maven/ },
    { call: "mvn -o -q test", expect: "asks-unheld" },
    {
      call: "mvn -o -B test 2>&1 | grep 'Tests run' | tail -1",
      expect: "asks-unheld",
      shows: /Failures: 0/,
    },
    {
      call: "mvn -o -q compile && ls target/classes/shop",
      expect: "asks-unheld",
      shows: /Prices\.class/,
    },
    { call: "mvn -o -q package -DskipTests", expect: "asks-unheld" },
    {
      call: "ls target/*.jar && unzip -l target/shop-1.0.0.jar | tail -3",
      expect: "runs",
      shows: /jar/,
    },
    { call: "javap -cp target/classes shop.Prices", expect: "runs", shows: /total/ },
    {
      call: "ls target/surefire-reports && cat target/surefire-reports/*.txt",
      expect: "runs",
      shows: /PricesTest/,
    },
    {
      call: "xmllint --xpath 'string(//*[local-name()=\"version\"][1])' pom.xml",
      expect: "runs",
      shows: /1\.0\.0/,
    },
    ...changing(LANDMARKS),
    {
      call: {
        name: "Write",
        input: { file_path: "<project>/src/main/java/shop/Half.java", content: HALF(3) },
      },
      expect: "edits",
    },
    {
      call: {
        name: "Write",
        input: {
          file_path: "<project>/src/test/java/shop/HalfTest.java",
          content: test("HalfTest", "assertEquals(2, Half.of(4));"),
        },
      },
      expect: "edits",
    },
    {
      call: "mvn -o -B test 2>&1 | grep -E 'Tests run|ERROR' | head -5",
      expect: "asks-unheld",
      shows: /Failures: 1/,
    },
    { call: "sed -i 's#price / 3#price / 2#' src/main/java/shop/Half.java", expect: "runs" },
    {
      call: "mvn -o -B test 2>&1 | grep 'Tests run' | tail -1",
      expect: "asks-unheld",
      shows: /Tests run: 2, Failures: 0/,
    },
    { call: "mvn -o -Dtest=HalfTest test 2>&1 | tail -5", expect: "asks-unheld" },
    { call: "java -cp target/classes shop.ShopServer", expect: "asks-unheld", isBackground: true },
    served(3127, /hello from java/),
    { call: "pkill -f 'shop.ShopServe[r]'", expect: "runs", yet: "asks-unheld" },
    { call: "rm -rf target", expect: "runs" },
    { call: "git ls-files '*.java' | xargs wc -l | tail -1", expect: "runs" },
    DELEGATING,
    ...STOPPED,
    { call: "mvn deploy", expect: "asks", isRefusedByPerson: true },
  ],
  subAgents: new Map([SUB_AGENT]),
};
