/** Curves of trainings and reports of evaluations: each is a page of its own, opened beside this one. */
import { getJson } from '../api/client.ts';
import { type Report, ReportsSchema } from '../api/schemas.ts';
import { bytes } from '../run/figures.ts';
import { timeText } from '../runs/runs-page.tsx';
import { Notice } from '../shell/notice.tsx';
import { useResource } from '../shell/resource.ts';

export function ReportsPage() {
  const [reports, reload] = useResource('reports', (signal) => getJson('v1/reports', ReportsSchema, signal));
  return (
    <div class="narrow">
      <div class="row">
        <h1>Reports</h1>
        <button type="button" class="button quiet" onClick={reload}>
          Look again
        </button>
      </div>
      {reports.status === 'loading' && <p class="faint">Loading …</p>}
      {reports.status === 'missing' && <Notice>This server shows no reports.</Notice>}
      {reports.status === 'failed' && <Notice kind="error">{reports.message}</Notice>}
      {reports.status === 'ready' && reports.value.reports.length === 0 && (
        <p class="faint">None yet. `r1-router train` and `r1-router eval` write them.</p>
      )}
      {reports.status === 'ready' && (
        <ul class="list">
          {reports.value.reports.map((report) => (
            <ReportLine key={report.file} report={report} />
          ))}
        </ul>
      )}
    </div>
  );
}

function ReportLine({ report: { title, file, address, modifiedAt, bytes: size } }: { report: Report }) {
  return (
    <li>
      <a href={address} target="_blank" rel="noreferrer">
        <span class="list-title">{title}</span>
        <span class="faint">{file}</span>
        <span class="faint small">
          {timeText(modifiedAt)} · {bytes(size)}
        </span>
        <span class="hidden"> (opens in a new tab)</span>
      </a>
    </li>
  );
}
