"""The columns of PAN-OS logs, in order, by type of log; later releases add columns at the end.

Columns: https://docs.paloaltonetworks.com/ngfw/administration/monitoring/use-syslog-for-monitoring/syslog-field-descriptions
"""

from __future__ import annotations

_HEAD = "future_use received serial type subtype config_version generated"
_FLOW = (
    f"{_HEAD} src dst natsrc natdst rule srcuser dstuser app vsys from to inbound_if outbound_if logset time_logged"
    " sessionid repeatcnt sport dport natsport natdport flags proto action"
)
_GROUPS = "dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 dg_hier_level_4 vsys_name device_name"
_DEVICES = (
    "src_category src_profile src_model src_vendor src_osfamily src_osversion src_host src_mac"
    " dst_category dst_profile dst_model dst_vendor dst_osfamily dst_osversion dst_host dst_mac"
)
_PODS = "container_id pod_namespace pod_name src_edl dst_edl"
_APP = (
    "subcategory_of_app category_of_app technology_of_app risk_of_app characteristic_of_app container_of_app"
    " tunneled_app is_saas_of_app sanctioned_state_of_app"
)
_TRAFFIC = (
    f"{_FLOW} bytes bytes_sent bytes_received packets start elapsed category padding seqno actionflags srcloc dstloc"
    f" padding2 pkts_sent pkts_received session_end_reason {_GROUPS} action_source src_uuid dst_uuid tunnelid "
    "monitortag parent_session_id parent_start_time tunnel assoc_id chunks chunks_sent chunks_received"
    " rule_uuid http2_connection"
    " link_change_count policy_id link_switches sdwan_cluster sdwan_device_type sdwan_cluster_type sdwan_site"
    f" dynusergroup_name xff_ip {_DEVICES} {_PODS} hostid serialnumber src_dag dst_dag session_owner"
    " high_res_timestamp"
    f" nsdsai_sst nsdsai_sd {_APP} offloaded flow_type cluster_name"
)
_THREAT = (
    f"{_FLOW} misc threatid category severity direction seqno actionflags srcloc dstloc padding contenttype pcap_id"
    " filedigest cloud url_idx user_agent filetype xff referer sender subject recipient reportid"
    f" {_GROUPS} padding2 src_uuid dst_uuid http_method tunnelid monitortag parent_session_id"
    " parent_start_time tunnel"
    " thr_category contentver padding3 assoc_id ppid http_headers url_category_list rule_uuid http2_connection"
    f" dynusergroup_name xff_ip {_DEVICES} {_PODS} hostid serialnumber domain_edl src_dag dst_dag partial_hash"
    f" high_res_timestamp reason justification nssai_sst {_APP} cloud_reportid cluster_name flow_type"
)
_TUNNEL = (
    f"{_FLOW} severity seqno actionflags srcloc dstloc {_GROUPS} tunnelid monitortag parent_session_id"
    " parent_start_time"
    " tunnel bytes bytes_sent bytes_received packets pkts_sent pkts_received max_encap unknown_proto strict_check"
    " tunnel_fragment sessions_created sessions_closed session_end_reason action_source start elapsed"
    " tunnel_insp_rule remote_user_ip remote_user_id rule_uuid pcap_id dynusergroup_name src_edl dst_edl"
    " high_res_timestamp"
)
_SYSTEM = (
    f"{_HEAD} vsys eventid object padding padding2 module severity opaque seqno actionflags {_GROUPS}"
    " padding3 padding4"
    " high_res_timestamp"
)
_CONFIG = (
    f"{_HEAD} host vsys cmd admin client result path seqno actionflags {_GROUPS} dg_id comment padding"
    " high_res_timestamp"
)
_CONFIG_DETAILED = _CONFIG.replace("path seqno", "path before_change_detail after_change_detail seqno")
_HIPMATCH = (
    f"{_HEAD} srcuser vsys machinename os src matchname repeatcnt matchtype padding padding2 seqno"
    f" actionflags {_GROUPS}"
    " vsys_id srcipv6 hostid serialnumber mac high_res_timestamp cluster_name"
)
_GLOBALPROTECT = (
    f"{_HEAD} vsys eventid stage auth_method tunnel_type srcuser srcregion machinename public_ip"
    " public_ipv6 private_ip"
    " private_ipv6 hostid serialnumber client_ver client_os client_os_ver repeatcnt reason error opaque"
    " status location"
    " login_duration connect_method error_code portal seqno actionflags high_res_timestamp selection_type"
    " response_time"
    f" priority attempted_gateways gateway {_GROUPS} vsys_id cluster_name"
)
_USERID = (
    f"{_HEAD} vsys ip user datasourcename eventid repeatcnt timeout beginport endport datasource datasourcetype seqno"
    f" actionflags {_GROUPS} vsys_id factortype factorcompletiontime factorno ugflags userbysource tag_name"
    " high_res_timestamp origindatasource padding cluster_name"
)
_AUTHENTICATION = (
    f"{_HEAD} vsys ip user normalize_user object authpolicy repeatcnt authid vendor logset serverprofile"
    " desc clienttype"
    f" event factorno seqno actionflags {_GROUPS} vsys_id authproto rule_uuid high_res_timestamp"
    " src_category src_profile src_model src_vendor src_osfamily src_osversion src_host src_mac region padding"
    " user_agent sessionid cluster_name"
)
_DECRYPTION = (
    f"{_FLOW} tunnel padding padding2 src_uuid dst_uuid rule_uuid hs_stage_c2f hs_stage_f2s tls_version tls_keyxchg"
    " tls_enc tls_auth policy_name ec_curve err_index root_status chain_status proxy_type cert_serial fingerprint"
    " notbefore notafter cert_ver cert_size cn_len issuer_len rootcn_len sni_len cert_flags cn issuer_cn root_cn sni"
    f" error {_PODS} src_dag dst_dag high_res_timestamp {_DEVICES} seqno actionflags {_GROUPS} vsys_id {_APP}"
)
_CORRELATION = f"{_HEAD} src srcuser vsys category severity {_GROUPS} vsys_id objectname object_id evidence"
_GTP = (
    f"{_FLOW} event_type msisdn apn rat msg_type end_ip_addr teid1 teid2 gtp_interface cause_code severity mcc mnc"
    " area_code cell_id event_code padding padding2 srcloc dstloc padding3 padding4 padding5 padding6"
    " padding7 padding8"
    " padding9 imsi imei"
)
_SCTP = (
    f"{_FLOW} {_GROUPS} seqno padding assoc_id ppid severity chunk_type padding2 verif_tag_1 verif_tag_2 cause_code"
    " diam_app_id diam_cmd_code diam_avp_code stream_id end_reason op_code sccp_calling_ssn sccp_calling_gt"
    " sctp_filter"
    " chunks chunks_sent chunks_received packets pkts_sent pkts_received rule_uuid high_res_timestamp"
)
_IPTAG = (
    f"{_HEAD} vsys ip tag_name event_id repeatcnt timeout datasourcename datasource_type datasource_subtype seqno"
    f" actionflags {_GROUPS} vsys_id high_res_timestamp"
)
NAMES: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "TRAFFIC": _TRAFFIC,
        "THREAT": _THREAT,
        "TUNNEL": _TUNNEL,
        "START": _TUNNEL,
        "END": _TUNNEL,
        "SYSTEM": _SYSTEM,
        "CONFIG": _CONFIG,
        "HIPMATCH": _HIPMATCH,
        "HIP-MATCH": _HIPMATCH,
        "GLOBALPROTECT": _GLOBALPROTECT,
        "USERID": _USERID,
        "AUTHENTICATION": _AUTHENTICATION,
        "DECRYPTION": _DECRYPTION,
        "CORRELATION": _CORRELATION,
        "GTP": _GTP,
        "SCTP": _SCTP,
        "IPTAG": _IPTAG,
        "IP-TAG": _IPTAG,
    }.items()
}
DETAILED = tuple(_CONFIG_DETAILED.split())
"""CONFIG with what was changed, which only some formats send."""
