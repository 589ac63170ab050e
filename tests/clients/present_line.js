// Drives every builder of the present line of Opendatasoft's client (API v2.1); answers go to stdout.
import client from "ods-client";

const { ApiClient, Query, all, date, dateFromIsoString, dateTime, exactMatch, field } = client;
const { fromCatalog, fromDataNetwork, fromMonitoring, list, lower, not, one, string } = client;
const { textSearch, textStartWith, textSuggest } = client;
const { EXPORT_CATALOG_FORMAT, EXPORT_DATASET_FORMAT } = client;
const api = new ApiClient({ domain: process.argv[2] });
const museums = () => fromCatalog().dataset("musees-de-france");
const attendance = () => fromCatalog().dataset("frequentation-des-musees-de-france");
const counted = (where) => museums().records().where(where).limit(0);

const questions = {
  catalogue: fromCatalog().itself(),
  datasets: fromCatalog().datasets().limit(100).orderBy("title"),
  datasetsOfTheme: fromCatalog().datasets().refine("theme:Musées").limit(0),
  catalogueFacets: fromCatalog().facets().facet("theme"),
  dataset: museums().itself(),
  facets: museums().facets().facet('facet(name="region", sort="alphanum")'),
  severalFacets: museums().facets().facet("region").facet("dpt").exclude("region:Corse"),
  record: museums().record(process.argv[3]),
  records: museums().records().limit(5).offset(2).orderBy("ref"),
  updated: new Query("catalog/datasets/musees-de-france/records", { limit: "3" })
    .limit((limit) => limit * 2)
    .offset((offset) => offset + 1)
    .orderBy("ref")
    .select((before) => `${before}ref`),
  unset: museums().records().where("no_such_field = 1").unset("where").limit(0),
  inFrench: museums()
    .records()
    .select("date_format(date'2021-05-06', 'EEEE') as day")
    .limit(1)
    .lang("fr"),
  inParis: attendance()
    .records()
    .select("date_format(date'2021-12-31T23:30:00Z', 'YYYY-MM-dd HH:mm') as there")
    .limit(1)
    .timezone("Europe/Paris"),
  all: counted(all(exactMatch("ville_m", "Paris"), undefined, "ref != 'M5031'")),
  one: counted(one(`${field("ref")} = ${string("M5031")}`, `${field("ref")} = ${string("M5060")}`)),
  not: counted(not(exactMatch("ville_m", "Paris"))),
  searched: counted(textSearch("louvr")),
  searchedIn: counted(textSearch("pari", ["ville_m"])),
  suggested: counted(textSuggest("orsa", ["nomoff"])),
  started: counted(textStartWith("M50", ["ref"])),
  dated: fromCatalog()
    .datasets()
    .where(`modified >= ${date({ year: 2015 })}`)
    .limit(0),
  datedByText: fromCatalog()
    .datasets()
    .where(`modified >= ${dateFromIsoString("2015-01-01")}`)
    .limit(0),
  timed: fromCatalog()
    .datasets()
    .where(`modified < ${dateTime(new Date("2015-01-01T00:00:00Z"))}`)
    .limit(0),
  lowered: museums()
    .records()
    .groupBy(lower("ville_m"))
    .select(list("count(*) as n", undefined))
    .orderBy("-n")
    .limit(1),
  unknown: fromCatalog().dataset("no-such-dataset").records(),
  wrong: museums().records().where("no_such_field = 1"),
  assets: fromCatalog().assets(),
  monitoring: fromMonitoring().dataset("ods-api-monitoring").records(),
  network: fromDataNetwork().dataset("musees-de-france").itself(),
};

const kinds = ["NotFoundError", "AuthenticationError", "UserError", "ServerError"];
const kept = (error) => ({
  error: kinds.find((kind) => error instanceof client[kind]),
  details: error.details,
});
const size = async (response) => {
  const bytes = (await response.arrayBuffer()).byteLength;
  return { status: response.status, type: response.headers.get("content-type"), bytes };
};
const answers = { datasetExports: {}, catalogExports: {} };
for (const [name, query] of Object.entries(questions)) {
  answers[name] = await api.get(query).catch(kept);
}
for (const format of Object.values(EXPORT_DATASET_FORMAT)) {
  const query = museums().export(format).limit(-1);
  answers.datasetExports[format] = await api.get(query, { interceptResponse: size });
}
for (const format of Object.values(EXPORT_CATALOG_FORMAT)) {
  const query = fromCatalog().export(format);
  answers.catalogExports[format] = await api.get(query, { interceptResponse: size });
}
answers.rightKey = await api.get(counted("true"), { apiKey: process.argv[4] }).catch(kept);
answers.wrongKey = await api.get(counted("true"), { apiKey: "wrong" }).catch(kept);
process.stdout.write(JSON.stringify(answers));
