// Drives every builder of the first line of Opendatasoft's client (API v2.0); answers go to stdout.
import client from "ods-client-first";

const { ApiClient, all, date, dateTime, field, fromCatalog, one, string } = client;
const { fromDataNetwork, fromMonitoring } = client;
const api = new ApiClient({ domain: process.argv[2] });
const museums = () => fromCatalog().dataset("musees-de-france");

const questions = {
  catalogue: fromCatalog().itself(),
  datasets: fromCatalog().datasets().limit(100).orderBy("title asc"),
  catalogueFacets: fromCatalog().facets().facet("theme"),
  catalogueAggregates: fromCatalog().aggregates().select("count(*) as datasets"),
  dataset: museums().itself(),
  facets: museums().facets().facet("region").lang("fr"),
  records: museums().records().limit(5).offset(2).orderBy("ref"),
  chosen: museums()
    .records()
    .select("ref")
    .where(all(`${field("ville_m")} = ${string("Paris")}`, "ref != 'M5031'")),
  either: museums()
    .records()
    .select("ref")
    .where(one('ref = "M5031"', 'ref = "M5060"'))
    .orderBy("-ref"),
  refined: museums().records().refine("region:Île-de-France").limit(0),
  excluded: museums().records().exclude("region:Île-de-France").limit(0),
  dated: fromCatalog()
    .datasets()
    .where(`modified >= ${date(new Date("2015-01-01T00:00:00Z"))}`)
    .limit(0),
  timed: fromCatalog()
    .datasets()
    .where(`modified < ${dateTime(new Date("2015-01-01T00:00:00Z"))}`)
    .limit(0),
  grouped: museums().records().groupBy("region").select("region, count(*) as n").limit(100),
  aggregates: museums().aggregates().groupBy("region").select("count(*) as n").limit(100),
  unknown: fromCatalog().dataset("no-such-dataset").records(),
  wrong: museums().records().where("no_such_field = 1"),
  monitoring: fromMonitoring().dataset("ods-api-monitoring").records(),
  network: fromDataNetwork().dataset("musees-de-france").itself(),
};

const kept = (error) => ({ status: error.response.status, details: error.details });
const answers = {};
for (const [name, query] of Object.entries(questions)) {
  answers[name] = await api.get(query).catch(kept);
}
process.stdout.write(JSON.stringify(answers));
