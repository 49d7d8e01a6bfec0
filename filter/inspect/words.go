package inspect

// kind says what a known word is for, as a set of bits.
type kind uint32

const (
	kStmt     kind = 1 << iota // starts a SQL statement
	kSQL                       // any other word of SQL
	kLogic                     // or, and, xor
	kCompare                   // like, rlike, between ...
	kFunc                      // a SQL function
	kDanger                    // a SQL function that only attacks call with arguments from outside
	kSchema                    // a catalogue's name
	kTag                       // an HTML element
	kScript                    // a JavaScript name that attacks use
	kCall                      // a JavaScript function that shows an injection worked
	kEvent                     // an HTML event attribute
	kCommand                   // a command that is no English word
	kLoose                     // a command that is an English word too
	kCode                      // a function that runs code in PHP, Python, Ruby, Java, ...
	kClass                     // a class, module or attribute on the way to such a function
	kStop                      // the glue of written language
	kObject                    // what DROP, CREATE and ALTER are followed by
	kTarget                    // a file's or directory's name that attacks ask for
	kArgs                      // PowerShell's verbs
	kScanner                   // a scanner's name for itself
	kScanPath                  // what the paths that scanners ask for have in them
	kLine                      // what a header's or a log's line starts with
)

// lists are the words by kind; a word may stand in several.
const (
	listStmt    = "select insert update delete drop create alter truncate exec execute declare merge replace grant revoke shutdown call handler waitfor backup restore attach set"
	listSQL     = "from where union all distinct distinctrow into values table order by group having limit offset between null is as in exists not case when then else end join on dual top outfile dumpfile procedure analyse analyze using collate cast delay fetch rows returning intersect except minus sqlite desc asc inner outer cross natural rownum boolean mode against match escape if elseif begin commit rollback language returns identified privileges connect resource nocount varchar nvarchar char int integer decimal signed unsigned numeric binary interval partition over with recursive force true false unknown div mod percent unpivot pivot xmltable lateral"
	listLogic   = "or and xor"
	listCompare = "like rlike regexp glob in between is sounds similar ilike soundex div mod member"
	listFunc    = "ascii substring substr mid char chr concat concat_ws group_concat count version database user current_user session_user system_user length char_length ord hex unhex bin left right lower upper lcase ucase ifnull isnull nullif iif coalesce rand floor round md5 sha1 sha password cast convert row elt field make_set export_set instr locate position reverse repeat replace trim strcmp concat_group json_keys quote now getdate db_name host_name object_id col_name suser_name nvl decode to_char rawtohex utl_raw string_agg array_agg query_to_xml xmlagg listagg max min sum avg abs sign sqrt space stuff format conv quotename current_database current_setting current_schema inet_ntoa lpad rpad greatest least last_insert_id found_rows row_count connection_id schema typeof likelihood zeroblob randomblob hex0 posstr vsize pg_backend_pid chr0 quote_ident quote_literal decode_oct nchar unicode json_extract char_to_nvarchar is_srvrolemember has_dbaccess serverproperty user_name schema_name"
	listDanger  = "sleep benchmark pg_sleep extractvalue updatexml xp_cmdshell xp_dirtree xp_regread xp_regwrite xp_fileexist xp_subdirs xp_availablemedia sp_executesql sp_oacreate sp_password sp_configure sp_makewebtask sp_addextendedproc sp_start_job openrowset opendatasource openquery utl_http utl_inaddr utl_file utl_smtp utl_tcp dbms_pipe dbms_lock dbms_ldap dbms_xmlgen dbms_xslprocessor dbms_java dbms_scheduler dbms_export_extension dbms_metadata dbms_cdc_publish dbms_sql dbms_utility dbms_xmlquery dbms_random ctxsys drithsx httpuritype load_file load_extension lo_import lo_export pg_read_file pg_ls_dir generate_series randomblob procedure_analyse gtid_subset gtid_subtract st_latfromgeohash st_longfromgeohash st_pointfromgeohash polygon geometrycollection multipoint multilinestring multipolygon linestring exp json_keys name_const master_pos_wait receive_message get_host_address sys_eval sys_exec sys_get xmltype xmlparse crypt_key regexp_substring fn_xe_file_target_read_file pg_stat_file query_to_xml database_to_xml dblink dblink_connect pg_sleep_for pg_sleep_until copy_program sysmail xp_cmd"
	listSchema  = "information_schema sysobjects syscolumns sysusers sysdatabases sysfiles sysprocesses sqlite_master sqlite_schema sqlite_temp_master all_tables all_tab_columns all_users user_tables user_tab_columns user_objects dba_users dba_tables pg_catalog pg_tables pg_class pg_user pg_shadow pg_database pg_stat_activity pg_authid mysql msysaccessobjects msysobjects msysaces systables sysversions sysibm syscat systypes dual rdb table_name table_schema column_name schemata character_sets master msdb tempdb dbo performance_schema schema_name sysdummy1 plugins db_name syslogins sys user_password v1password all_source user_role_privs innodb_table_stats domain"
	listTag     = "script img svg iframe body html input video audio source object embed applet marquee style link meta base form button textarea select details math isindex frame frameset table td div span a image animate set animatetransform animatemotion keygen bgsound layer ilayer xml xss noscript template title plaintext listing xmp picture track canvas foreignobject use desc mi mtext brute event import comment h1 b u i p br hr center font option portal slot"
	listScript  = "document cookie window location href innerhtml outerhtml fromcharcode settimeout setinterval constructor xmlhttprequest fetch atob btoa unescape decodeuricomponent localstorage sessionstorage postmessage execscript expression javascript vbscript livescript mocha srcdoc xlink formaction top self parent frames opener this globalthis reflect proxy generator throw onerror domain referrer write writeln getelementbyid queryselector createelement appendchild string function import importscripts prototype tostring url behavior binding eval src http equiv xmlns allowscriptaccess valueof hash payload xss crosssitescripting websocket eventsource navigator sendbeacon nodename background data text autofocus tabindex accesskey contenteditable style object source raw"
	listCall    = "alert confirm prompt eval print msgbox setimmediate execcommand"
	listEvent   = "onabort onactivate onafterprint onanimationcancel onanimationend onanimationiteration onanimationstart onauxclick onbeforecopy onbeforecut onbeforeinput onbeforeprint onbeforetoggle onbeforeunload onbegin onblur onbounce oncancel oncanplay oncanplaythrough onchange onclick onclose oncontextmenu oncopy oncuechange oncut ondblclick ondrag ondragend ondragenter ondragleave ondragover ondragstart ondrop ondurationchange onend onended onerror onfinish onfocus onfocusin onfocusout onformdata onfullscreenchange onhashchange oninput oninvalid onkeydown onkeypress onkeyup onload onloadeddata onloadedmetadata onloadend onloadstart onmessage onmousedown onmouseenter onmouseleave onmousemove onmouseout onmouseover onmouseup onmousewheel onmove onoffline ononline onpagehide onpageshow onpaste onpause onplay onplaying onpointercancel onpointerdown onpointerenter onpointerleave onpointermove onpointerout onpointerover onpointerrawupdate onpointerup onpopstate onprogress onpropertychange onratechange onreadystatechange onrepeat onreset onresize onscroll onscrollend onsearch onseeked onseeking onselect onselectionchange onselectstart onshow onstart onsubmit onsuspend ontimeupdate ontoggle ontouchcancel ontouchend ontouchmove ontouchstart ontransitioncancel ontransitionend ontransitionrun ontransitionstart onunhandledrejection onunload onvolumechange onwaiting onwebkitanimationend onwebkittransitionend onwheel onbeforescriptexecute onafterscriptexecute onrowsinserted onlayoutcomplete onlosecapture onbeforeactivate"
	listCommand = "cat ls whoami ifconfig ipconfig wget curl nslookup netstat uname ping ping6 traceroute tracert nc ncat netcat socat telnet bash sh zsh ksh csh tcsh dash busybox rm cp mv chmod chown chgrp mkdir rmdir grep egrep awk gawk sed perl python python2 python3 ruby php node nodejs powershell pwsh cmd certutil bitsadmin wscript cscript mshta rundll32 regsvr32 wmic schtasks systeminfo tasklist taskkill hostname ps lsof ssh scp sftp rsync tftp ftp tar gzip gunzip zcat bzip2 unzip xxd hexdump nohup crontab useradd passwd sudo tee xargs vim nano dig ifup timeout arp tac xcopy attrib cacls icacls findstr iwmi printenv gcc mkfifo base64 openssl msfconsole nmap tcpdump iptables mysqldump psql sqlite3 iex lsb_release dmesg w3m lynx curlftpfs zstdcat bzcat xzcat cscli zsh5 ash setarch getent pkexec doas mknod strings groupadd usermod adduser chpasswd whoam whereis wc expr readlink lscpu hostnamectl vmstat journalctl chroot unshare insmod ltrace strace gdb tmux vssadmin cmstp msiexec installutil comspec systemroot windir nltest driverquery diskpart quser"
	listLoose   = "pwd systemctl apt yum dpkg od rev nl dir del copy reg vol ver rem env lua make su vi id find sort more less head tail cut date echo type net at who time test which kill touch diff file exit set sleep last history mail mount top host start call for while if do export source eval exec read printf wait jobs command watch tr yes stat join split paste look fold free df du w up uptime groups shutdown reboot init service man nice info true false move rename ren print use alias help"
	listCode    = "execute system exec execsync execfile passthru shell_exec popen proc_open pcntl_exec eval assert phpinfo base64_decode file_get_contents file_put_contents fopen readfile call_user_func create_function preg_replace str_rot13 gzinflate gzuncompress move_uploaded_file move spawn spawnsync popen2 popen3 check_output getoutput getruntime processbuilder compile __import__ require instance_eval class_eval fromcharcode invokescript scriptengine getenginebyname loadclass forname newinstance getmethod invoke defineclass unserialize pickle marshal include include_once require_once var_dump print_r show_source highlight_file scandir glob opendir ini_set putenv dl fsockopen pfsockopen stream_socket_client curl_exec extract parse_str array_map array_filter usort ob_start func_get_args getenv apache_request_headers getallheaders get_defined_vars invokefunction iex downloadstring downloadfile runtime"
	listClass   = "java javax org com sun runtime lang process io os subprocess child_process __class__ __base__ __bases__ __mro__ __subclasses__ __globals__ __builtins__ __init__ __dict__ __getattribute__ __getitem__ _getattr__ config self request application settings lipsum cycler joiner namespace get_flashed_messages url_for g session freemarker velocity execute class classloader springframework apache commons collections functors invokertransformer ognl memberaccess _memberaccess struts2 servlet pagecontext sessionscope applicationscope requestscope param initparam headervalues sun jdbcrowsetimpl templatesimpl bcel beanutils groovy scriptenginemanager nashorn mainmodule global constructor prototype __proto__ _get _post _request _server _cookie _files _session globals smarty twig _self filter registerundefinedfiltercallback getfilter attr popen file kernel erb open3 t dnslookup servletcontext context getclass forname getprotectiondomain getdeclaredmethods reflection methodutils objectutil resolver elprocessor el"
	listStop    = "the a an to of is we you it this that please was with my be are have has not but they your our me so can will just there their what at did had would should could about after before he she his her them us am were been than because while very more some any no yes hello hi thanks thank dear el la los las de del que en un una por con para le les des du et est une pour dans der die das und ist nicht ein eine mit zu auf von il di che per non os da do em um uma het een van niet"
	listObject  = "table database user schema view index procedure function trigger login role sequence column policy type extension tablespace synonym package"
	listTarget  = "passwd shadow hosts boot win system32 windows winnt inf web environ cmdline htaccess htpasswd ssh id_rsa authorized_keys env git svn aws credentials config htdocs apache logs access_log error_log proc self fd etc issue group crontab motd sudoers php ini conf inetpub wwwroot global asa localstart asp xampp tomcat users wp version bash_history profile mysql master system sam repair autoexec winlogon drivers secrets kubernetes etcpasswd windowswin xmlx web server access error root var serviceaccount token log auth hostname resolv fstab net cpuinfo mounts ntuser database my php nginx nginxconf httpd netrc pgpass kube docker mysql_history sys dev random zero meta-inf meta tomcat-users os"
	listArgs    = "invoke get content set out write clipboard childitem location host variable member object expression webrequest restmethod item content process service wmiobject cimmethod command object download webclient encodedcommand enc noprofile nop executionpolicy bypass hidden start new get remove add stop"
)

const (
	listLine     = "bcc cc to subject from reply mime content x set location sender refresh link server status transfer access rcpt mail data helo ehlo info error warn warning debug fatal notice get post flushall config sleep env echo id find pwd"
	listScanner  = "libredtail expanse xspider jorgee jsql xsstrike fuzz fuzzer gospider hakrawler subfinder naabu amass rustscan zmap zgrab2 metasploit medusa patator slowloris goldeneye wafw00f cmsmap uniscan kiterunner ghauri nosqlmap sstimap dirb shodan stretchoid internetmeasurement scanner bxss sqlmap nikto nmap masscan acunetix nessus wpscan dirbuster gobuster ffuf nuclei zgrab w3af havij arachni openvas hydra whatweb wfuzz feroxbuster commix dirsearch joomscan skipfish netsparker appscan zaproxy burpsuite burpcollaborator burp xsser sqlninja bsqlbf jbrofuzz webinspect absinthe paros grendel wapiti golismero droopescan jaeles dalfox katana projectdiscovery interactsh fimap pangolin cgichk nsauditor morfeus zmeu muieblackcat sipvicious l9explore l9tcpid censysinspect expanseinc leakix xray vega detectify qualysguard qualys immunio tplmap crackmapexec owasp_zap zap was"
	listScanPath = "axd nacos hudson vpns geoserver evox alfacgiapi travis npmrc bashrc bash_profile gitlab circleci github idea terraform reportserver appsettings jsonws composer config ini yml inf vscode meta druid portal currentsetting gponform aspxspy _all_dbs _users _node _config _utils _cat _cluster _snapshot c99 r57 b374k wso alfa shell webshell cmd backup dump db site credentials secrets luci npmrc kube remote php jsp aspx phtml zip gz tgz rar git env svn hg aws ssh htpasswd htaccess ds_store wp xmlrpc phpmyadmin pma phpinfo server actuator manager cgi vendor solr jmx web _ignition telescope hnap1 boaform setup adminer id_rsa invoker autodiscover owa ecp struts2 console administrator bak sql swp old orig save dump goform docker jenkins pprof jolokia cscot"
)

// wordTable finds a word's kinds by its hash; open addressing, built once.
type wordTable struct {
	slots  [wordSlots]wordSlot
	weighs [weighSize / 8]uint8 // which words have a weight, by a few bits of the hash
}

type wordSlot struct {
	hash   uint32
	kinds  kind
	weight uint8
	used   bool
}

const (
	wordSlots = 4096
	weighSize = 16384
	hashSeed  = 0x811c9dc5
)

// hashStep is FNV-1a (Fowler, Noll, Vo) over lower-case bytes.
func hashStep(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 0x01000193 }

func hashWord(word []byte) uint32 {
	h := uint32(hashSeed)
	for _, c := range word {
		h = hashStep(h, lower(c))
	}
	return h
}

func newWordTable() *wordTable {
	t := &wordTable{}
	t.add(listStmt, kStmt, 3)
	t.add(listSQL, kSQL, 0)
	t.add("prepare", kStmt, 0)
	t.add("union null outfile dumpfile having waitfor delay", kSQL, 2)
	t.add("from where select into values limit true false by", 0, 1)
	t.add("order group procedure analyse div", 0, 2)
	t.add(listLogic, kLogic, 2)
	t.add(listCompare, kCompare, 0)
	t.add("rlike regexp like between", kCompare, 2)
	t.add(listFunc, kFunc, 0)
	t.add(listDanger, kDanger, 2)
	t.add(listSchema, kSchema, 0)
	t.add("information_schema sysobjects sqlite_master all_tables pg_catalog msysaccessobjects", 0, 4)
	t.add(listTag, kTag, 0)
	t.add(listScript, kScript, 0)
	t.add(listCall, kCall, 2)
	t.add(listEvent, kEvent, 4)
	t.add(listCommand, kCommand, 3)
	t.add(listLoose, kLoose, 0)
	t.add("id", 0, 0)
	t.add(listCode, kCode, 0)
	t.add("javascript vbscript jndi phpinfo passthru shell_exec processbuilder getruntime __proto__ __class__ __import__ child_process fromcharcode webclient", 0, 4)
	t.add(listClass, kClass, 0)
	t.add(listObject, kObject, 0)
	t.add(listTarget, kTarget, 0)
	t.add("springframework classpathxmlapplicationcontext hikari zaxxer fastjson xalan rowset functors jdbcrowsetimpl templatesimpl invokertransformer interpreter mchange xbean", 0, 3)
	t.add("classloader passwd shadow cc mime fetch bcc rcpt flushall", 0, 3)
	t.add("constructor prototype proxycommand oproxycommand execute checkpoint", 0, 2)
	t.add("bin sbin dev windows winnt ini etc proc htaccess htpasswd web inf dat", 0, 2)
	t.add("environ cmdline", 0, 2)
	t.add("var root home sys opt users git env config secrets aws log app ssh id_rsa bash_history npmrc", 0, 1)
	t.add(listArgs, kArgs, 0)
	t.add(listStop, kStop, 0)
	t.add(listScanner, kScanner, 0)
	t.add(listScanPath, kScanPath, 0)
	t.add(listLine, kLine, 0)
	t.add("169 metadata kubernetes localhost localdomain internal cluster consul intranet nip xip sslip oast oastify burpcollaborator interact localtest lvh dnslog requestrepo requestbin ceye pipedream beeceptor gopher dict netdoc ldap ldaps tftp jar phar expect 1u rbndr spoofed rmi iiop smb", 0, 3)
	t.add("ununionion uniunionon seselectlect selselectect oorr anandd", 0, 3)
	t.add("script db", 0, 2)
	t.add("file php inc phtml jsp", 0, 1)
	return t
}

// add gives every word of list the kind, and at least the weight for the first pass.
func (t *wordTable) add(list string, k kind, weight uint8) {
	for i := 0; i < len(list); {
		h := uint32(hashSeed)
		for ; i < len(list) && list[i] != ' '; i++ {
			h = hashStep(h, list[i])
		}
		i++
		s := t.slot(h)
		s.hash, s.kinds, s.weight, s.used = h, s.kinds|k, max(s.weight, weight), true
		if weight > 0 {
			t.weighs[h%weighSize/8] |= 1 << (h % 8)
		}
	}
}

// slot gives the slot of that hash, or the free one where it would stand.
func (t *wordTable) slot(h uint32) *wordSlot {
	i := h % wordSlots
	for t.slots[i].used && t.slots[i].hash != h {
		i = (i + 1) % wordSlots
	}
	return &t.slots[i]
}

// kinds gives what the word of that hash is for; 0: it is not known.
func (t *wordTable) kinds(h uint32) kind { return t.slot(h).kinds }

// weight is the first pass's; a bitmap lets most words go before the table is asked.
func (t *wordTable) weight(h uint32) uint8 {
	if t.weighs[h%weighSize/8]>>(h%8)&1 == 0 {
		return 0
	}
	return t.slot(h).weight
}
