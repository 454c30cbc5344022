namespace ModernSip.InteropTests.Peers;

/// <summary>Writes Kamailio's configuration: a registrar with digest and a record-routing proxy, all in memory, no DNS.</summary>
internal static class KamailioConfiguration
{
    public const string Realm = "interop.test";

    /// <summary>Begins each line that the configuration itself logs.</summary>
    public const string LogMark = "peer: ";

    public static string For(KamailioOptions options, int port)
    {
        var accounts = string.Join("\n    ", options.Accounts.Select(account => $"$sht(accounts=>{account.Key}) = \"{account.Value}\";"));
        return $$"""
            #!KAMAILIO
            debug=1
            log_stderror=yes
            fork=yes
            children=2
            tcp_children=2
            auto_aliases=no
            dns=no
            rev_dns=no
            use_dns_cache=no
            dns_try_naptr=no
            listen=udp:127.0.0.1:{{port}}
            listen=tcp:127.0.0.1:{{port}}
            {{(options.CertificateFile is null ? "" : $"listen=tls:127.0.0.1:{port + 1}\nenable_tls=yes\ntcp_accept_no_cl=yes")}}

            loadmodule "tm.so"
            loadmodule "sl.so"
            loadmodule "rr.so"
            loadmodule "pv.so"
            loadmodule "maxfwd.so"
            loadmodule "textops.so"
            loadmodule "siputils.so"
            loadmodule "xlog.so"
            loadmodule "usrloc.so"
            loadmodule "registrar.so"
            loadmodule "auth.so"
            loadmodule "htable.so"
            {{(options.AddsPath ? "loadmodule \"textopsx.so\"\nmodparam(\"registrar\", \"use_path\", 1)\nmodparam(\"registrar\", \"path_check_local\", 1)" : "")}}
            {{(options.CertificateFile is { } file ? Secure(file) : "")}}

            {{(options.PresenceFolder is { } folder ? Presence(folder, port) : "")}}

            modparam("auth", "algorithm", "{{options.DigestAlgorithm}}")
            modparam("usrloc", "db_mode", 0)
            modparam("usrloc", "timer_interval", 1)
            modparam("registrar", "default_expires", {{options.DefaultExpires}})
            modparam("registrar", "min_expires", 1)
            modparam("registrar", "max_expires", {{options.MaxExpires}})
            modparam("htable", "htable", "accounts=>size=8;")

            event_route[htable:mod-init] {
                {{accounts}}
            }

            event_route[core:worker-one-init] {
                xlog("L_NOTICE", "peer: ready\n");
            }

            request_route {
                xlog("L_NOTICE", "peer: request $rm $ru from=$fU auth=$au callid=$ci cseq=$cs expires=$hdr(Expires)\n");
                {{(options.CertificateFile is null ? "" : "route(WEBSOCKET);")}}
                if (!mf_process_maxfwd_header("70")) { sl_send_reply("483", "Too Many Hops"); exit; }
                {{(options.PresenceFolder is null ? "" : "if (is_method(\"PUBLISH|SUBSCRIBE\") && uri == myself) { route(PRESENCE); exit; }")}}
                if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
                if (has_totag()) {
                    if (loose_route()) { {{(options.CertificateFile is null ? "" : "handle_ruri_alias();")}} t_relay(); exit; }
                    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
                    sl_send_reply("404", "Not Here");
                    exit;
                }
                if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
                if (is_method("OPTIONS") && $rU == $null) { sl_send_reply("200", "OK"); exit; }
                if (is_method("REGISTER")) { route(REGISTRAR); exit; }
                {{(options.ChallengesCalls ? "route(CALLERS);" : "")}}

                # The outbound proxy's own Route, put there by who sends through us.
                remove_hf("Route");
                if (is_method("INVITE|SUBSCRIBE")) record_route();
                if (uri == myself && !lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
                t_relay();
            }

            route[REGISTRAR] {
                route(PASSWORD);
                if (!pv_www_authenticate("{{Realm}}", "$var(password)", "0")) {
                    www_challenge("{{Realm}}", "1");
                    exit;
                }
                if ($hdr(Expires) != $null && $(hdr(Expires){s.int}) > 0 && $(hdr(Expires){s.int}) < {{options.MinExpires}}) {
                    append_to_reply("Min-Expires: {{options.MinExpires}}\r\n");
                    sl_send_reply("423", "Interval Too Brief");
                    exit;
                }
                {{(options.AddsPath ? $"if ($hdr(Supported) =~ \"path\") {{ append_hf(\"Path: <sip:127.0.0.1:{port};lr>\\r\\n\"); msg_apply_changes(); }}" : "")}}
                if (save("location")) xlog("L_NOTICE", "peer: saved $fU expires=$hdr(Expires) contact=$ct\n");
            }

            {{(options.PresenceFolder is null ? "" : PresenceRoute)}}

            route[CALLERS] {
                route(PASSWORD);
                if (!pv_proxy_authenticate("{{Realm}}", "$var(password)", "0")) {
                    proxy_challenge("{{Realm}}", "1");
                    exit;
                }
                consume_credentials();
            }

            route[PASSWORD] {
                if ($sht(accounts=>$fU) == $null) { sl_send_reply("404", "Unknown Account"); exit; }
                $var(password) = $sht(accounts=>$fU);
            }
            """;
    }

    private const string PresenceRoute =
        """
        route[PRESENCE] {
            if (!t_newtran()) { sl_reply_error(); exit; }
            if (is_method("PUBLISH")) handle_publish(); else handle_subscribe();
        }
        """;

    private static string Presence(string folder, int port) =>
        $$"""
        loadmodule "db_text.so"
        loadmodule "presence.so"
        loadmodule "presence_xml.so"
        modparam("presence|presence_xml", "db_url", "text://{{folder}}")
        modparam("presence", "server_address", "sip:127.0.0.1:{{port}}")
        modparam("presence", "subs_db_mode", 0)
        modparam("presence_xml", "force_active", 1)
        """;

    /// <summary>TLS, WebSockets over it, and the way back to clients that have no address of their own (RFC 7118 §5).</summary>
    private static string Secure(string file) => $$"""
        loadmodule "tls.so"
        loadmodule "xhttp.so"
        loadmodule "websocket.so"
        loadmodule "nathelper.so"
        modparam("nathelper|registrar", "received_avp", "$avp(RECEIVED)")
        modparam("tls", "tls_method", "TLSv1.2+")
        modparam("tls", "certificate", "{{file}}")
        modparam("tls", "private_key", "{{file}}")

        event_route[xhttp:request] {
            if ($hdr(Upgrade) =~ "websocket" && $rm =~ "GET") {
                xlog("L_NOTICE", "peer: websocket $hdr(Sec-WebSocket-Protocol)\n");
                ws_handle_handshake();
                exit;
            }
            xhttp_reply("404", "Not Found", "", "");
        }

        route[WEBSOCKET] {
            if ($proto != "ws" && $proto != "wss") return;
            force_rport();
            if (is_method("REGISTER")) fix_nated_register();
            else add_contact_alias();
        }
        """;
}
