import sys,json
sys.path.insert(0,'/tmp/h/fw1/src')
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source
import datetime as dt
def show(lines,path="x.log",header="",skip=True):
    b=RawBatch.of(Source("s",path,reference=dt.datetime(2026,11,26,tzinfo=dt.UTC),header=header),lines)
    for e in parse_records(b,wanted=frozenset(declared())).rows():
        o=e["event.original"]
        for k in ("event.ingested","event.id","event.original","log.file.path","log.line","event.module","message","related.ip","related.hosts","related.user","observer.vendor","observer.product","observer.type","log.syslog.facility.code","log.syslog.facility.name","log.syslog.severity.code","log.syslog.severity.name","log.syslog.priority"): e.pop(k,None)
        print(o); print("   ",json.dumps({k:(str(v) if not isinstance(v,(int,float,str,list)) else v) for k,v in sorted(e.items())}))
if __name__=="__main__":
    show(sys.stdin.read().rstrip("\n").split("\n"),*sys.argv[1:])
