"""Actions of access tables and decisions of lists at every moment, and what is said of restrictions
that cannot do what they say, as Debian's Postfix has it: see test_smtpd_replies.
"""
import pathlib
import unittest

import test_smtpd_replies


class Actions(test_smtpd_replies.Replies):
    record = pathlib.Path(__file__).resolve().parent / 'smtpd_actions.txt'
    unrecorded = (r'(connect|disconnect) from |\w+: client=|error: '
                  r'|warning: (?!(access table|restriction) |non-SMTP command)')
    services = {
        2701: 'smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=HOLD}}',
        2702: 'smtpd_delay_reject=no; smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=HOLD}}',
        2703: 'smtpd_helo_restrictions=check_helo_access inline:{{me.example=HOLD}}',
        2704: 'smtpd_delay_reject=no; smtpd_helo_restrictions=check_helo_access inline:{{me.example=HOLD}}',
        2705: 'smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=HOLD}}',
        2706: 'smtpd_delay_reject=no; smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=HOLD}}',
        2707: 'smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=DISCARD}}',
        2708: 'smtpd_delay_reject=no; smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=DISCARD}}',
        2709: 'smtpd_helo_restrictions=check_helo_access inline:{{me.example=DISCARD}}',
        2710: 'smtpd_delay_reject=no; smtpd_helo_restrictions=check_helo_access inline:{{me.example=DISCARD}}',
        2711: 'smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=DISCARD}}',
        2712: 'smtpd_delay_reject=no; smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=DISCARD}}',
        2713: 'smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=FILTER smtp:[1.2.3.4]}}',
        2714: 'smtpd_delay_reject=no; smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=FILTER smtp:[1.2.3.4]}}',
        2715: 'smtpd_helo_restrictions=check_helo_access inline:{{me.example=FILTER smtp:[1.2.3.4]}}',
        2716: 'smtpd_delay_reject=no; smtpd_helo_restrictions=check_helo_access inline:{{me.example=FILTER smtp:[1.2.3.4]}}',
        2717: 'smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=FILTER smtp:[1.2.3.4]}}',
        2718: 'smtpd_delay_reject=no; smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=FILTER smtp:[1.2.3.4]}}',
        2719: 'smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=REDIRECT x@y.example}}',
        2720: 'smtpd_delay_reject=no; smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=REDIRECT x@y.example}}',
        2721: 'smtpd_helo_restrictions=check_helo_access inline:{{me.example=REDIRECT x@y.example}}',
        2722: 'smtpd_delay_reject=no; smtpd_helo_restrictions=check_helo_access inline:{{me.example=REDIRECT x@y.example}}',
        2723: 'smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=REDIRECT x@y.example}}',
        2724: 'smtpd_delay_reject=no; smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=REDIRECT x@y.example}}',
        2725: 'smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=BCC x@y.example}}',
        2726: 'smtpd_delay_reject=no; smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=BCC x@y.example}}',
        2727: 'smtpd_helo_restrictions=check_helo_access inline:{{me.example=BCC x@y.example}}',
        2728: 'smtpd_delay_reject=no; smtpd_helo_restrictions=check_helo_access inline:{{me.example=BCC x@y.example}}',
        2729: 'smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=BCC x@y.example}}',
        2730: 'smtpd_delay_reject=no; smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=BCC x@y.example}}',
        2731: 'smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=PREPEND X-A: b}}',
        2732: 'smtpd_delay_reject=no; smtpd_client_restrictions=check_client_access inline:{{203.0.113.9=PREPEND X-A: b}}',
        2733: 'smtpd_helo_restrictions=check_helo_access inline:{{me.example=PREPEND X-A: b}}',
        2734: 'smtpd_delay_reject=no; smtpd_helo_restrictions=check_helo_access inline:{{me.example=PREPEND X-A: b}}',
        2735: 'smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=PREPEND X-A: b}}',
        2736: 'smtpd_delay_reject=no; smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=PREPEND X-A: b}}',
        2737: 'smtpd_data_restrictions=check_client_access inline:{{203.0.113.9=HOLD}}',
        2738: 'smtpd_end_of_data_restrictions=check_client_access inline:{{203.0.113.9=HOLD}}',
        2739: 'smtpd_data_restrictions=check_client_access inline:{{203.0.113.9=DISCARD}}',
        2740: 'smtpd_end_of_data_restrictions=check_client_access inline:{{203.0.113.9=DISCARD}}',
        2741: 'smtpd_data_restrictions=check_client_access inline:{{203.0.113.9=WARN hi}}',
        2742: 'smtpd_end_of_data_restrictions=check_client_access inline:{{203.0.113.9=WARN hi}}',
        2743: 'smtpd_data_restrictions=check_client_access inline:{{203.0.113.9=REJECT}}',
        2744: 'smtpd_end_of_data_restrictions=check_client_access inline:{{203.0.113.9=REJECT}}',
        2745: 'smtpd_etrn_restrictions=check_etrn_access inline:{{remote.example=HOLD}}',
        2746: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=HOLD}}',
        2747: 'smtpd_etrn_restrictions=check_etrn_access inline:{{remote.example=FILTER a:b}}',
        2748: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=FILTER a:b}}',
        2749: 'smtpd_etrn_restrictions=check_etrn_access inline:{{remote.example=BCC a@b.example}}',
        2750: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=BCC a@b.example}}',
        2751: 'smtpd_sender_restrictions=check_sender_access static:HOLD; smtpd_recipient_restrictions=check_recipient_access static:HOLD',
        2752: 'smtpd_delay_reject=no; smtpd_sender_restrictions=check_sender_access static:HOLD; smtpd_recipient_restrictions=check_sender_access static:HOLD',
        2753: 'smtpd_sender_restrictions=check_sender_access static:DISCARD; smtpd_recipient_restrictions=reject',
        2754: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=DISCARD},{client2@xian.com=REJECT}}',
        2755: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=DISCARD},{client2@xian.com=REJECT}}',
        2756: 'smtpd_delay_reject=no; smtpd_client_restrictions=defer_if_permit',
        2757: 'smtpd_delay_reject=no; smtpd_helo_restrictions=defer_if_permit',
        2758: 'smtpd_delay_reject=no; smtpd_sender_restrictions=defer_if_permit',
        2759: 'smtpd_delay_reject=no; smtpd_sender_restrictions=check_sender_access inline:{{a@b.example=DEFER_IF_PERMIT}}',
        2760: 'smtpd_delay_reject=no; smtpd_helo_restrictions=check_helo_access inline:{{a=DEFER_IF_PERMIT}}',
        2761: 'smtpd_data_restrictions=defer_if_permit',
        2762: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=FILTER bogus}}',
        2763: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=FILTER}}',
        2764: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=REDIRECT bogus}}',
        2765: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=BCC bogus}}',
        2766: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com=PREPEND bogus}}',
        2767: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com = ,}}',
        2768: 'smtpd_recipient_restrictions=check_recipient_access inline:{{client1@xian.com = }}',
        2769: 'smtpd_recipient_restrictions=reject, check_sender_access static:DUNNO',
        2770: 'smtpd_restriction_classes=foo; foo=defer, permit_mynetworks; smtpd_recipient_restrictions=foo, permit_mynetworks',
        2771: 'smtpd_recipient_restrictions=check_recipient_access reject',
        2772: 'smtpd_recipient_restrictions=reject_rbl_client',
        2773: 'smtpd_recipient_restrictions=sleep x',
        2774: 'smtpd_recipient_restrictions=check_policy_service',
        2775: 'smtpd_recipient_restrictions=check_recipient_access nosuch:/x',
        2776: 'smtpd_recipient_restrictions=warn_if_reject nosuch',
        2777: 'smtpd_client_restrictions=check_reverse_client_hostname_access static:OK',
        2778: 'smtpd_sender_restrictions=reject_sender_login_mismatch, reject_known_sender_login_mismatch, check_sasl_access static:REJECT',
        2779: 'smtpd_etrn_restrictions=permit_auth_destination, reject',
        2780: 'smtpd_etrn_restrictions=reject_unlisted_recipient',
        2781: 'smtpd_etrn_restrictions=reject_unverified_recipient',
        2782: 'smtpd_etrn_restrictions=reject_unauth_destination',
        2783: 'smtpd_etrn_restrictions=check_recipient_access static:REJECT',
        2784: 'smtpd_etrn_restrictions=reject_non_fqdn_recipient',
    }
    master = test_smtpd_replies.master_of(services)


if __name__ == '__main__':
    unittest.main()
