// Makes a CycloneDX document from NuGet's and npm's own records of what was resolved. Called by eng/sbom.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const hex = base64 => Buffer.from(base64, 'base64').toString('hex');
const components = new Map();

function add(component) {
  components.set(component.purl, { type: 'library', 'bom-ref': component.purl, scope: 'required', ...component });
}

function licence(folder, id) {
  try {
    const spec = readFileSync(join(folder, `${id.toLowerCase()}.nuspec`), 'utf8');
    const expression = /<license type="expression">([^<]+)<\/license>/.exec(spec)?.[1];
    return expression ? [{ expression }] : undefined;
  } catch {
    // The package is not unpacked here: its licence stays unsaid.
    return undefined;
  }
}

function nuget(file) {
  const assets = JSON.parse(readFileSync(file, 'utf8'));
  const folders = Object.keys(assets.packageFolders);
  const direct = Object.values(assets.project.frameworks)[0].dependencies ?? {};
  const target = Object.values(assets.targets)[0];
  const byId = new Map(Object.keys(target).map(key => [key.split('/')[0].toLowerCase(), key]));

  // What is needed to build and does not go along (suppressed for whoever refers to it) brings nothing with it either.
  const kept = new Set();
  const visit = id => {
    const key = byId.get(id.toLowerCase());
    if (key && !kept.has(key)) {
      kept.add(key);
      Object.keys(target[key].dependencies ?? {}).forEach(visit);
    }
  };
  Object.entries(direct).filter(([, how]) => how.suppressParent !== 'All').forEach(([id]) => visit(id));
  Object.entries(target).filter(([, library]) => library.type === 'project').forEach(([key]) => visit(key.split('/')[0]));
  for (const name of kept) {
    const library = assets.libraries[name];
    if (library.type !== 'package' || !(target[name].runtime ?? target[name].runtimeTargets ?? target[name].native)) {
      continue;
    }

    const [id, version] = name.split('/');
    add({
      name: id,
      version,
      purl: `pkg:nuget/${id}@${version}`,
      hashes: library.sha512 ? [{ alg: 'SHA-512', content: hex(library.sha512) }] : undefined,
      licenses: folders.map(folder => licence(join(folder, library.path), id)).find(Boolean),
    });
  }
}

function npm(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '' || entry.dev || entry.link) {
      continue;
    }

    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const [algorithm, hash] = (entry.integrity ?? '').split('-');
    add({
      name,
      version: entry.version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${entry.version}`,
      hashes: algorithm === 'sha512' ? [{ alg: 'SHA-512', content: hex(hash) }] : undefined,
      licenses: entry.license ? [{ expression: entry.license }] : undefined,
    });
  }
}

const [web, guard, browser] = process.argv.slice(2);
nuget(web);
nuget(guard);
npm(browser);
process.stdout.write(JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': 'snapshotportal', name: 'SnapshotPortal' } },
  components: [...components.values()].sort((a, b) => a.purl.localeCompare(b.purl, 'en')),
}, null, 2));
